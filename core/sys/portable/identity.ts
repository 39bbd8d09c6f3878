import type { Identity } from "../sys.ts";

/** No file belongs to it: what stands for a user or group that Deno may not tell. */
const NOBODY = -1;

interface NodeProcess {
  getgroups?(): number[];
}

/**
 * Who runs this process, as far as `--allow-sys` lets it be known. Nothing is asked of the user:
 * without the permission nobody is a user that owns nothing, and an unknown umask is said to
 * take every bit away, so that modes are set once more.
 */
export function identify(): Identity {
  const gid = granted("gid") ? Deno.gid() ?? NOBODY : NOBODY;
  return {
    uid: granted("uid") ? Deno.uid() ?? NOBODY : NOBODY,
    gid,
    groups: new Set([gid, ...groups()]),
    umask: umask(),
  };
}

function granted(kind: "uid" | "gid" | "umask"): boolean {
  return Deno.build.os !== "windows" &&
    Deno.permissions.querySync({ name: "sys", kind }).state === "granted";
}

/** Supplementary groups; only Node's `process` tells them, and under the `gid` permission. */
function groups(): readonly number[] {
  if (!granted("gid")) return [];
  return (globalThis as { process?: NodeProcess }).process?.getgroups?.() ?? [];
}

function umask(): number {
  if (Deno.build.os === "windows") return 0;
  return granted("umask") ? Deno.umask() : 0o777;
}
