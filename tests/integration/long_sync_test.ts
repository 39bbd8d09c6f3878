/** Disks that take longer to write than the daemon lets nothing happen in a session. */
import assert from "node:assert/strict";
import { blitCommand, command, compareTrees, hasTool } from "../support/mod.ts";
import { noDisk, onDisk } from "../support/busy_disk.ts";
import { startWith, test, WITH_LIMITS } from "./daemon_ground.ts";

const IDLE_MS = 2000;
/** How long each syncfs(2) takes; strace(1) counts microseconds. */
const SYNC_US = 6_000_000;

/** Has a program wait so long in syncfs(2). The program stays what is started, not strace. */
const SLOWLY: readonly string[] = [
  ...["strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=syncfs"],
  ...["-e", `inject=syncfs:delay_enter=${SYNC_US}`],
];

const lacks = hasTool("strace") ? noDisk() : "strace";

test(
  "a daemon that writes to its disks for long does not take itself for idle",
  [],
  async (path) => {
    const slowly = [...SLOWLY, Deno.execPath(), "run", "--quiet", "-A", WITH_LIMITS];
    await using daemon = await startWith(path, { idleMs: IDLE_MS }, { command: slowly });
    await using _busy = await onDisk();
    const { program, args, env } = blitCommand(
      ["copy", "--durable", "served/source/", daemon.endpoint("there")],
    );
    const { code, stderr } = await command(program, args, { cwd: path, env });
    assert.equal(code, 0, stderr);
    await compareTrees(`${path}/served/source`, `${path}/served/there`);
  },
  lacks,
);

test("a client that writes to its disks for long is not idle to its daemon", [], async (path) => {
  await using daemon = await startWith(path, { idleMs: IDLE_MS });
  await using _busy = await onDisk();
  const { program, args, env } = blitCommand(
    ["copy", "--durable", daemon.endpoint("source/"), "there"],
  );
  const [strace = "", ...words] = [...SLOWLY, program, ...args];
  const { code, stderr } = await command(strace, words, { cwd: path, env });
  assert.equal(code, 0, stderr);
  await compareTrees(`${path}/served/source`, `${path}/there`);
}, lacks);
