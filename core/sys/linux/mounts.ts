import type { Handle, Name } from "../sys.ts";
import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { procSelf } from "./proc.ts";

/** A mount as /proc/self/mountinfo tells it (proc(5)); paths with one character a byte. */
export interface Mount {
  /** Major and minor number of its device: `8:1`. */
  readonly device: string;
  /** What of the file system is mounted. */
  readonly root: string;
  /** Where it is mounted. */
  readonly place: string;
  /** The file system's type, such as `ext4` or `fuse.sshfs`. */
  readonly type: string;
}

/** The mount through which something open was reached; undefined without /proc. */
export function mountOf(libc: Libc, handle: Handle): Mount | undefined {
  const wanted = mountId(libc, handle);
  if (wanted === undefined) return undefined;
  for (const line of read(libc, "mountinfo").split("\n")) {
    const fields = line.split(" ");
    const [id, , device = "", root = "", place = ""] = fields;
    if (id !== wanted) continue;
    // Optional fields stand before the dash, the type behind it.
    const type = fields[fields.indexOf("-", 6) + 1] ?? "";
    return { device, root: unescape(root), place: unescape(place), type: unescape(type) };
  }
  return undefined;
}

/**
 * Types of file systems that ask somebody else, who may never answer: another machine, or another
 * process (FUSE). `autofs` mounts such a one when it is looked at.
 */
const MAY_HANG =
  / (\/\S*) r[ow]\S*(?: [a-z_]+(?::\d+)?)* - (?:9p|afs|autofs|ceph|cifs|coda|fuse|fuseblk|fuse\.\S+|gfs2|glusterfs|gpfs|lustre|ncpfs|nfs4?|ocfs2|orangefs|pvfs2|smb3|smbfs|vboxsf) /g;

/** Where such are mounted; none without /proc. Cheap: every run asks. */
export function hangingMounts(libc: Libc): readonly Name[] {
  const text = read(libc, "mountinfo");
  const places: Name[] = [];
  for (const [, place = ""] of text.matchAll(MAY_HANG)) {
    places.push(Uint8Array.from(unescape(place), (character) => character.charCodeAt(0)));
  }
  return places;
}

/** Whether two open directories were reached through one mount; not if it cannot be told. */
export function isSameMount(libc: Libc, one: Handle, other: Handle): boolean {
  const id = mountId(libc, one);
  return id !== undefined && id === mountId(libc, other);
}

/** From /proc/self/fdinfo, which has had it since Linux 3.15. */
function mountId(libc: Libc, handle: Handle): string | undefined {
  return /^mnt_id:\s*(\d+)$/m.exec(read(libc, `fdinfo/${handle}`))?.[1];
}

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
function unescape(text: string): string {
  return text.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
  );
}

/** A file below /proc/self, one character a byte; empty where there is none. */
function read(libc: Libc, rest: string): string {
  const file = libc.core.openat(AT_FDCWD, procSelf(rest), O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return "";
  const buffer = new Uint8Array(16384);
  let text = "";
  for (;;) {
    const got = libc.core.read(file, buffer, buffer.length);
    if (got <= 0) break;
    text += String.fromCharCode(...buffer.subarray(0, got));
  }
  libc.core.close(file);
  return text;
}
