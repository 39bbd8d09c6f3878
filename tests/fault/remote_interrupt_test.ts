import assert from "node:assert/strict";
import {
  bigFile,
  blitCommand,
  DIRECTIONS,
  inBackground,
  makePlace,
  onRemote,
  plant,
  TRANSPORTS,
  unmet,
} from "../support/mod.ts";
import { startStranger } from "./hostile/stranger.ts";

const ignore = unmet(["remote"]) !== undefined;

/** How long a client may take to end once it is told to. */
const PATIENCE_MS = 2000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs blit until it hangs, tells it to end, and checks that it does. */
async function interrupt(
  args: readonly string[],
  cwd: string,
  signal: Deno.Signal,
  hang: () => Promise<void>,
): Promise<void> {
  const { program, args: words, env } = blitCommand(args);
  await using client = inBackground(program, words, { cwd, env });
  await hang();
  const start = performance.now();
  client.signal(signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) =>
    timer = setTimeout(() => resolve(undefined), 10_000)
  );
  const status = await Promise.race([client.ended(), late]);
  clearTimeout(timer);
  const ms = performance.now() - start;
  assert.equal(status?.code, 130, `${args.join(" ")} ended with ${status?.code}`);
  assert.ok(ms < PATIENCE_MS, `${args.join(" ")} took ${ms | 0} ms`);
  assert.match(client.stderr(), /Interrupted/);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `${signal} ends a client whose daemon never answers within two seconds`,
    ignore,
    fn: async () => {
      await using place = await makePlace();
      await plant(place.path, { "tree/a": "a" });
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const mute: Deno.Conn[] = [];
      const serving = (async () => {
        for await (const conn of listener) mute.push(conn);
      })();
      await using stranger = await startStranger({ major: 1, minor: 0 });
      try {
        for (const port of [(listener.addr as Deno.NetAddr).port, stranger.port]) {
          const there = `127.0.0.1:${port}//path/`;
          for (const operands of [["tree/", there], [there, "got"], [there, `${there}other`]]) {
            await interrupt(["copy", ...operands], place.path, signal, () => pause(1500));
          }
        }
      } finally {
        listener.close();
        await serving;
        for (const conn of mute) conn.close();
      }
    },
  });
}

onRemote(
  "SIGTERM ends a client in the middle whose daemon has stopped within two seconds",
  async (g) => {
    await Deno.mkdir(g.source);
    await bigFile(`${g.source}/big`, 400_000_000);
    await Deno.mkdir(g.destination);
    await interrupt(["copy", ...g.carry, g.from(), g.to()], g.path, "SIGTERM", async () => {
      while (!(await Deno.readTextFile(`/proc/${g.daemon.process.pid}/io`)).match(/char: \d{8,}/)) {
        await pause(2);
      }
      g.daemon.signal("SIGSTOP");
      await pause(500);
    });
    g.daemon.signal("SIGCONT");
  },
  { directions: DIRECTIONS, transports: TRANSPORTS },
);
