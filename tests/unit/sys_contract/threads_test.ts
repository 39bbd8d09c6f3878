import assert from "node:assert/strict";
import { contract } from "./ground.ts";

const WHILE_MS = 60;

contract(
  "a thread that computes is not taken for one that waits, whoever else computes",
  ({ sys }) => {
    const thread = sys.threadId();
    if (sys.threadCpuNs(thread) < 0) return; // this backend cannot tell
    const used = (): number => (sys.threadCpuNs(thread) + sys.threadReadyNs(thread)) / 1e6;
    const share = (run: (until: number) => void): number => {
      const [start, before] = [performance.now(), used()];
      run(start + WHILE_MS);
      return (used() - before) / (performance.now() - start);
    };
    const computing = share((until) => {
      while (performance.now() < until);
    });
    const waiting = share(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WHILE_MS);
    });
    assert.ok(computing > 0.6, `computing counts as ${computing}`);
    assert.ok(waiting < 0.4, `waiting counts as ${waiting}`);
  },
);

contract("credentials of its own leave a thread what it was", ({ sys }) => {
  const before = credentials();
  sys.ownCredentials();
  assert.deepEqual(credentials(), before);
});

/** What /proc says of the calling thread's users, groups, capabilities and privileges. */
function credentials(): string[] {
  if (Deno.build.os !== "linux") return [];
  const lines = Deno.readTextFileSync("/proc/thread-self/status").split("\n");
  return lines.filter((line) => /^(?:Uid|Gid|Groups|Cap\w+|NoNewPrivs):/.test(line));
}
