import assert from "node:assert/strict";
import {
  assertCode,
  bigTree,
  blitCommand,
  inBackground,
  onOwnDaemons,
  summaryOf,
} from "../support/mod.ts";

// Long tests on large trees: BLIT_SOAK=1 deno test -A tests/soak

/** Highest resident set of a process in MiB, also just after it has begun to end. */
function peakMiB(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

onOwnDaemons(
  "a million files begin to arrive within a second, in 300 MiB at either end",
  async (g) => {
    await bigTree(g.source, 1000, 1000, 1);
    const { program, args, env } = blitCommand(["copy", "--json", g.from(), g.to()]);
    await using client = inBackground(program, args, { cwd: g.path, env });
    let clientMiB = 0;
    const timer = setInterval(() => {
      clientMiB = Math.max(clientMiB, peakMiB(client.process.pid));
    }, 50);
    const { code } = await client.ended();
    clearInterval(timer);
    const output = { code, stdout: client.stdout(), stderr: client.stderr() };
    assertCode(output, 0);
    const summary = summaryOf(output);
    const daemonMiB = peakMiB(g.daemon.process.pid);
    const figures = `first payload after ${summary.first_payload_ms} ms, ` +
      `${clientMiB | 0} MiB at the client, ${daemonMiB | 0} MiB at the daemon, ` +
      `${summary.elapsed_ms} ms in all`;
    console.log(`${g.direction} over ${g.transport}: ${figures}`);
    assert.equal(summary.files_created, 1_000_000);
    assert.ok(Number(summary.first_payload_ms) < 1000, figures);
    assert.ok(clientMiB > 0 && clientMiB < 300 && daemonMiB < 300, figures);
    // Nothing to do the second time, in no more memory.
    const again = await g.blitWith({ timeoutMs: 300_000 }, "copy", "--json", g.from(), g.to());
    assertCode(again, 0);
    assert.equal(summaryOf(again).bytes_transferred, 0);
    assert.ok(peakMiB(g.daemon.process.pid) < 300, `${peakMiB(g.daemon.process.pid)} MiB`);
  },
  { needs: ["soak"], transports: ["tcp", "grpc"] },
);
