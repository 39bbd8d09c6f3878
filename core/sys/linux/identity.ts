import type { Identity } from "../sys.ts";
import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { procSelf } from "./proc.ts";

/**
 * Who runs this process, by /proc/self/status (proc(5)): a read costs less than binding functions.
 * The umask is told there alone; umask(2) itself would change it for every thread.
 */
export function identify(libc: Libc): Identity {
  const status = readStatus(libc);
  const uid = effectiveId(status, "Uid") ?? libc.rare.geteuid();
  const gid = effectiveId(status, "Gid") ?? libc.rare.getegid();
  const umask = /^Umask:\s*([0-7]+)$/m.exec(status)?.[1];
  let groups: ReadonlySet<number> | undefined;
  return {
    uid,
    gid,
    get groups(): ReadonlySet<number> {
      return groups ??= readGroups(libc, gid);
    },
    // Where it is unknown, every mode is set once more.
    umask: umask === undefined ? 0o777 : parseInt(umask, 8),
  };
}

/** The second of the four: real, effective, saved and of the file system. */
function effectiveId(status: string, field: "Uid" | "Gid"): number | undefined {
  const id = new RegExp(`^${field}:\\s*\\d+\\s+(\\d+)`, "m").exec(status)?.[1];
  return id === undefined ? undefined : Number(id);
}

function readGroups(libc: Libc, gid: number): ReadonlySet<number> {
  const groups = new Uint32Array(65536); // NGROUPS_MAX
  const count = libc.rare.getgroups(groups.length, new Uint8Array(groups.buffer));
  return new Set([gid, ...groups.subarray(0, Math.max(count, 0))]);
}

/** Empty where there is no /proc. */
function readStatus(libc: Libc): string {
  const bytes = new Uint8Array(4096);
  const file = libc.core.ffiOpenat(AT_FDCWD, procSelf("status"), O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return "";
  const length = libc.core.ffiRead(file, bytes, bytes.length);
  libc.core.ffiClose(file);
  return new TextDecoder().decode(bytes.subarray(0, Math.max(length, 0)));
}
