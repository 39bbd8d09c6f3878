import { trimNul } from "../../entry/path.ts";
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

/** /proc/self/mountinfo as it stands; empty without /proc. */
export function mountTable(libc: Libc): string {
  return read(libc, "mountinfo");
}

/** The type of the mount through which something open was reached, from that table. */
export function typeOf(libc: Libc, table: string, handle: Handle): string | undefined {
  const id = mountId(libc, handle);
  if (id === undefined) return undefined;
  const start = table.startsWith(`${id} `) ? 0 : table.indexOf(`\n${id} `) + 1;
  if (start === 0 && !table.startsWith(`${id} `)) return undefined;
  const dash = table.indexOf(" - ", start) + 3;
  return unescape(table.slice(dash, table.indexOf(" ", dash)));
}

/** The type of what is mounted at an absolute path or deepest above it; links are not followed. */
export function typeAt(table: string, path: Name): string | undefined {
  const wanted = String.fromCharCode(...trimNul(path));
  let found: { readonly place: string; readonly type: string } | undefined;
  for (const line of table.split("\n")) {
    const fields = line.split(" ");
    const place = unescape(fields[4] ?? "");
    const type = fields[fields.indexOf("-", 6) + 1];
    const holds = wanted === place || wanted.startsWith(place === "/" ? place : `${place}/`);
    // Of several at one place the last lies on top.
    if (type === undefined || place === "" || !holds) continue;
    if (place.length >= (found?.place.length ?? 0)) found = { place, type: unescape(type) };
  }
  return found?.type;
}

/**
 * Types of file systems that ask somebody else, who may never answer: another machine, or another
 * process (FUSE). `autofs` mounts such a one when it is looked at.
 */
const MAY_HANG: readonly string[] = [
  ..."9p afs autofs ceph cifs coda fuse fuseblk gfs2 glusterfs gpfs lustre ncpfs nfs nfs4".split(
    " ",
  ),
  ..."ocfs2 orangefs pvfs2 smb3 smbfs vboxsf".split(" "),
];

/** Where such are mounted, from the table. Cheap where there are none: every run asks. */
export function hangingMounts(text: string): readonly Name[] {
  const isAmong = (type: string): boolean => text.includes(` - ${type} `);
  if (!text.includes(" - fuse.") && !MAY_HANG.some(isAmong)) return [];
  const places: Name[] = [];
  for (const line of text.split("\n")) {
    const fields = line.split(" ");
    const type = fields[fields.indexOf("-", 6) + 1] ?? "";
    if (!type.startsWith("fuse.") && !MAY_HANG.includes(type)) continue;
    const place = unescape(fields[4] ?? "");
    places.push(Uint8Array.from(place, (character) => character.charCodeAt(0)));
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

/** Characters that are made at one time: several times as fast as all at once. */
const PIECE = 512;

function characters(bytes: Uint8Array): string {
  // apply takes anything array-like, whatever its type says.
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

/** A file below /proc/self, one character a byte; empty where there is none. */
function read(libc: Libc, rest: string): string {
  const file = libc.core.ffiOpenat(AT_FDCWD, procSelf(rest), O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return "";
  const buffer = new Uint8Array(16384);
  let text = "";
  for (;;) {
    const got = libc.core.ffiRead(file, buffer, buffer.length);
    if (got <= 0) break;
    for (let at = 0; at < got; at += PIECE) {
      text += characters(buffer.subarray(at, Math.min(at + PIECE, got)));
    }
  }
  libc.core.ffiClose(file);
  return text;
}
