import assert from "node:assert/strict";
import {
  assertCode,
  bash,
  blitCommand,
  inBackground,
  makePlace,
  needing,
  OWN_BACKEND,
  startDaemon,
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

function childrenOf(pid: number): readonly number[] {
  try {
    const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
    return children === "" ? [] : children.split(" ").map(Number);
  } catch {
    return [];
  }
}

for (const directories of [50, 1000]) {
  const needs = directories > 50 ? ["remote", "soak"] as const : ["remote"] as const;
  Deno.test({
    ...needing(`${directories},000 entries stream in 200 MiB at both ends`, ...needs),
    fn: () => streams(directories),
  });
}

async function streams(directories: number): Promise<void> {
  await using place = await makePlace();
  await bash(`mkdir "${place.path}/m" && cd "${place.path}/m"
    for d in $(seq ${directories}); do
      mkdir directory-$d && (cd directory-$d && seq -f file-%.0f 999 | xargs touch)
    done`);
  await using daemon = await startDaemon({ root: place.path, env: OWN_BACKEND.env });
  for (const words of [["find"], ["find", "--json"], ["ls", "-lR"], ["du", "--all"]]) {
    const { program, args, env } = blitCommand([...words, daemon.endpoint("m")], {
      program: "blit-utils",
    });
    // A shell counts: what a million lines hold is not kept here.
    const shell =
      `exec 3>&1; "$@" | { IFS= read -r first; echo "$first" >&2; wc -l >&3; }; exit "\${PIPESTATUS[0]}"`;
    const started = performance.now();
    await using client = inBackground("bash", ["-c", shell, "bash", program, ...args], { env });
    let clientMiB = 0;
    const timer = setInterval(() => {
      for (const pid of childrenOf(client.process.pid)) {
        clientMiB = Math.max(clientMiB, peakMiB(pid));
      }
    }, 20);
    await client.said(/\n/, 30_000);
    const firstMs = performance.now() - started;
    const { code } = await client.ended();
    clearInterval(timer);
    assertCode({ code, stdout: client.stdout(), stderr: client.stderr() }, 0);
    const daemonMiB = peakMiB(daemon.process.pid);
    const figures = `${words.join(" ")}: first line after ${firstMs | 0} ms, all after ` +
      `${performance.now() - started | 0} ms, ${clientMiB | 0} MiB at the client, ` +
      `${daemonMiB | 0} MiB at the daemon`;
    console.log(`${directories},000 entries, ${figures}`);
    assert.ok(
      Number(client.stdout()) >= directories * 1000 - 1,
      `${client.stdout()} lines; ${figures}`,
    );
    assert.ok(clientMiB > 0 && clientMiB < 200 && daemonMiB < 200, figures);
  }
}
