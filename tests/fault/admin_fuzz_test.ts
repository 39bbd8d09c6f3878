import assert from "node:assert/strict";
import { df, du, find, list, remove, TransferError } from "../../mod.ts";
import { complete } from "../../core/admin/complete.ts";
import {
  assertUntouched,
  fingerprint,
  makePlace,
  needing,
  plant,
  startDaemon,
  unmet,
} from "../support/mod.ts";
import { startProxy } from "./fuzz/proxy.ts";

/** Seconds for each test; minutes with BLIT_SOAK=1. */
const SECONDS = unmet(["soak"]) ? 5 : 120;
const SEED = Number(Deno.env.get("BLIT_FUZZ_SEED") ?? Date.now() % 1_000_000_007);
/** When a question is given up. */
const LATE_MS = 6000;

/** Any of these in a log is a defect, whatever the peer has sent. */
const DEFECT = /Uncaught|panicked|TypeError|RangeError|ReferenceError|is not a function|defect/;

for (const toward of ["daemon", "client"] as const) {
  Deno.test({
    ...needing(`changed bytes of questions toward the ${toward} break neither end`, "remote"),
    fn: async () => {
      await using place = await makePlace();
      const { path } = place;
      await plant(`${path}/outside`, { "secret": "secret", "sub/secret": "secret" });
      await plant(`${path}/served`, { "tree/a/b": "b", "tree/c": "c" });
      await Deno.symlink("../outside", `${path}/served/out`);
      const outside = await fingerprint(`${path}/outside`);
      await using daemon = await startDaemon({ root: `${path}/served` });
      const ports = { control: daemon.port, data: daemon.dataPort };
      {
        await using _proxy = startProxy({ ports, listenOn: "127.0.0.2", seed: SEED, toward });
        const outcomes = await ask(`127.0.0.2:${daemon.port}//`, `${path}/served`);
        assert.ok(outcomes > 0, `only ${outcomes} questions (seed ${SEED})`);
      }
      await assertUntouched(`${path}/outside`, outside);
      assert.doesNotMatch(daemon.stderr(), DEFECT, `seed ${SEED}`);
      await plant(`${path}/served`, { "after/all": "" });
      const [entry] = await Array.fromAsync(list(daemon.endpoint("after")));
      assert.equal(entry?.type, "entry", `seed ${SEED}`);
    },
  });
}

/** Asks all questions in turn until the time is over; each is answered, refused or given up. */
async function ask(root: string, served: string): Promise<number> {
  const end = performance.now() + SECONDS * 1000;
  let asked = 0;
  for (; performance.now() < end; asked++) {
    const signal = AbortSignal.timeout(LATE_MS);
    const questions = [
      () => Array.fromAsync(list(`${root}tree`, { recursive: true, signal })),
      () => Array.fromAsync(find(root, { names: ["*"], maxSize: 10, signal })),
      () => Array.fromAsync(find(root, { regex: "b$", targets: true, signal })),
      () => Array.fromAsync(du(`${root}tree`, { all: true, signal })),
      () => df(root, { signal }),
      async () => {
        // Another each time: the daemon may still be at what the client has given up.
        const goes = `goes-${asked}`;
        await plant(served, { [`${goes}/with/all`]: "x", [`${goes}/besides`]: "y" });
        await Array.fromAsync(remove(`${root}${goes}`, { recursive: true, signal }));
      },
      () => complete(`${root}tr`, { signal }),
    ];
    const question = questions[asked % questions.length];
    try {
      await question?.();
    } catch (error) {
      if (signal.aborted || error instanceof TransferError) continue;
      throw new Error(`question ${asked}, seed ${SEED}`, { cause: error });
    }
  }
  return asked;
}
