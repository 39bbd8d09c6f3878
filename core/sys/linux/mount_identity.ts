import type { Handle, Name } from "../sys.ts";
import * as c from "./constants.ts";
import type { Libc } from "./libc.ts";

const EMPTY: Name = new Uint8Array(1);
/** Words of `struct statfs` on 64-bit machines; see `filesystem_status.ts`. */
const STATFS_WORDS = 30;
/** Words of `struct statx`. */
const STATX_WORDS = 64;

/**
 * What tells the mount that holds something open from all others of this start of the machine, in
 * numbers: type, `f_fsid`, block size, flags of the mount, device, and the mount's id. A file
 * system that is made anew has to be mounted anew. Ids come only once since Linux 6.8; before,
 * how large it is stands in for that. Undefined where the kernel does not say.
 */
export function mountIdentity(libc: Libc, handle: Handle): string | undefined {
  const counts = new Uint32Array(STATFS_WORDS);
  if (libc.rare.fstatfs(handle, new Uint8Array(counts.buffer)) < 0) return undefined;
  const status = new Uint32Array(STATX_WORDS);
  const mask = c.STATX_MNT_ID | c.STATX_MNT_ID_UNIQUE;
  const bytes = new Uint8Array(status.buffer);
  if (libc.core.ffiStatx(handle, EMPTY, c.AT_EMPTY_PATH, mask, bytes) < 0) return undefined;
  const told = (status[0] ?? 0) & mask;
  if (told === 0) return undefined;
  const isUnique = (told & c.STATX_MNT_ID_UNIQUE) !== 0;
  return [
    // Type and block size, what is free left out; then fsid, longest name, flags.
    ...counts.subarray(0, 4),
    ...(isUnique ? [] : counts.subarray(4, 6)),
    ...counts.subarray(14, 16),
    ...counts.subarray(16, 18),
    ...counts.subarray(20, 22),
    // Device, mount.
    ...status.subarray(34, 36),
    ...status.subarray(36, 38),
    told,
  ].join(" ");
}
