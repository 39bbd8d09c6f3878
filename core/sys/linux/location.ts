import { AT_FDCWD } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { mountOf } from "./mounts.ts";
import { procIsWorkingDirectory, procSelf } from "./proc.ts";

/**
 * Where an open directory lies in its file system, whatever mount it is seen through: the device
 * and the path from the file system's own root, one character a byte.
 */
export function locate(libc: Libc, handle: number): string | undefined {
  // Inside a changed root /proc names paths from two different roots.
  if (procIsWorkingDirectory()) return undefined;
  const mount = mountOf(libc, handle);
  const path = readLink(libc, `fd/${handle}`);
  if (mount === undefined || path === undefined) return undefined;
  const { device, root, place } = mount;
  const below = place === "/" ? path : path.slice(place.length);
  return `${device} ${root.replace(/\/$/, "")}${below}`;
}

function readLink(libc: Libc, rest: string): string | undefined {
  const buffer = new Uint8Array(4096);
  const length = libc.linkTarget.ffiReadlinkat(AT_FDCWD, procSelf(rest), buffer, buffer.length);
  return length < 0 ? undefined : String.fromCharCode(...buffer.subarray(0, length));
}
