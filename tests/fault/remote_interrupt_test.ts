import assert from "node:assert/strict";
import {
  bigFile,
  blitCommand,
  DIRECTIONS,
  inBackground,
  makePlace,
  onOwnDaemons,
  plant,
  TRANSPORTS,
  unmet,
} from "../support/mod.ts";
import { startStranger } from "./hostile/stranger.ts";

const ignore = unmet(["remote"]) !== undefined;

/** Nobody waits for a peer any more: a dead one is only found after 15 s. Two seconds are promised. */
const PATIENCE_MS = 10_000;

/** As the kernel counts them, see signal(7). */
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a process handles a signal itself, see proc_pid_status(5). */
async function untilHandles(pid: number, signal: keyof typeof NUMBERS): Promise<void> {
  const bit = 1n << BigInt(NUMBERS[signal] - 1);
  for (;;) {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    if (BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(status)?.[1] ?? 0}`) & bit) return;
    await pause(10);
  }
}

/** Whether a process holds something open beneath a directory, with or without a name. */
function holdsBeneath(pid: number, directory: string): boolean {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].some(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`).startsWith(`${directory}/`);
    } catch {
      return false;
    }
  });
}

/** Runs blit until it hangs, tells it to end, and checks that it does. */
async function interrupt(
  args: readonly string[],
  cwd: string,
  signal: keyof typeof NUMBERS,
  hang: (client: number) => Promise<void>,
): Promise<void> {
  const { program, args: words, env } = blitCommand(args);
  await using client = inBackground(program, words, { cwd, env });
  await untilHandles(client.process.pid, signal);
  await hang(client.process.pid);
  client.signal(signal);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) =>
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS)
  );
  const status = await Promise.race([client.ended(), late]);
  clearTimeout(timer);
  assert.equal(status?.code, 130, `${args.join(" ")} ended with ${status?.code}`);
  assert.match(client.stderr(), /Interrupted/);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `${signal} ends a client whose daemon never answers`,
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
            await interrupt(["copy", ...operands], place.path, signal, () => pause(1000));
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

onOwnDaemons(
  "SIGTERM ends a client in the middle whose daemon has stopped",
  async (g) => {
    await Deno.mkdir(g.source);
    await bigFile(`${g.source}/big`, 400_000_000);
    await Deno.mkdir(g.destination);
    await interrupt(["copy", ...g.carry, g.from(), g.to()], g.path, "SIGTERM", async (client) => {
      const receiver = g.direction === "pull" ? client : g.daemon.process.pid;
      while (!holdsBeneath(receiver, g.destination)) await pause(1);
      g.daemon.signal("SIGSTOP");
      await pause(500);
    });
    g.daemon.signal("SIGCONT");
  },
  { directions: DIRECTIONS, transports: TRANSPORTS },
);
