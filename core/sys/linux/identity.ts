import type { Identity } from "../sys.ts";
import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { procSelf } from "./proc.ts";

/** Who runs this process. The umask is read from /proc: umask(2) itself would change it for every thread. */
export function identify(libc: Libc): Identity {
  const gid = libc.core.getegid();
  let groups: ReadonlySet<number> | undefined;
  return {
    uid: libc.core.geteuid(),
    gid,
    get groups(): ReadonlySet<number> {
      return groups ??= readGroups(libc, gid);
    },
    umask: readUmask(libc),
  };
}

function readGroups(libc: Libc, gid: number): ReadonlySet<number> {
  const groups = new Uint32Array(65536); // NGROUPS_MAX
  const count = libc.rare.getgroups(groups.length, new Uint8Array(groups.buffer));
  return new Set([gid, ...groups.subarray(0, Math.max(count, 0))]);
}

function readUmask(libc: Libc): number {
  const bytes = new Uint8Array(4096);
  const file = libc.core.openat(AT_FDCWD, procSelf("status"), O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return 0o777; // unknown: then every mode is set once more
  const length = libc.core.read(file, bytes, bytes.length);
  libc.core.close(file);
  const line = /^Umask:\s*([0-7]+)$/m.exec(
    new TextDecoder().decode(bytes.subarray(0, Math.max(length, 0))),
  );
  return line?.[1] === undefined ? 0o777 : parseInt(line[1], 8);
}
