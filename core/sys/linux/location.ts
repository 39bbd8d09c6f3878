import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { procIsWorkingDirectory } from "./proc.ts";

const encoder = new TextEncoder();

/**
 * Where an open directory lies in its file system, whatever mount it is seen through: the device
 * and the path from the file system's own root, one character a byte. Mount id from
 * /proc/self/fdinfo, the mount's root and place from /proc/self/mountinfo (proc(5)).
 */
export function locate(libc: Libc, handle: number): string | undefined {
  // Inside a changed root /proc names paths from two different roots.
  if (procIsWorkingDirectory()) return undefined;
  const mountId = /^mnt_id:\s*(\d+)$/m.exec(read(libc, `/proc/self/fdinfo/${handle}`))?.[1];
  const path = readLink(libc, `/proc/self/fd/${handle}`);
  if (mountId === undefined || path === undefined) return undefined;
  for (const line of read(libc, "/proc/self/mountinfo").split("\n")) {
    const [id, , device = "", root = "", place = ""] = line.split(" ");
    if (id !== mountId) continue;
    const at = unescape(place);
    const below = at === "/" ? path : path.slice(at.length);
    return `${device} ${unescape(root).replace(/\/$/, "")}${below}`;
  }
  return undefined;
}

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
function unescape(text: string): string {
  return text.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
  );
}

function read(libc: Libc, path: string): string {
  const file = libc.core.openat(AT_FDCWD, encoder.encode(path + "\0"), O_RDONLY | O_CLOEXEC, 0);
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

function readLink(libc: Libc, path: string): string | undefined {
  const buffer = new Uint8Array(4096);
  const length = libc.walk.readlinkat(
    AT_FDCWD,
    encoder.encode(path + "\0"),
    buffer,
    buffer.length,
  );
  return length < 0 ? undefined : String.fromCharCode(...buffer.subarray(0, length));
}
