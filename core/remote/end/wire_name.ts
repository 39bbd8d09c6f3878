import { PATH_BYTES } from "../batch/mod.ts";

const SLASH = 47;
const DOT = 46;
const NAME_BYTES = 255;

/** Whether bytes from the other end are a path beneath a root: no `..`, nothing empty, no NUL. */
export function isRelativePath(path: Uint8Array): boolean {
  if (path.length === 0) return true;
  if (path.length > PATH_BYTES) return false;
  let start = 0;
  for (let at = 0; at <= path.length; at++) {
    if (at < path.length && path[at] !== SLASH) continue;
    if (!isEntryName(path.subarray(start, at))) return false;
    start = at + 1;
  }
  return true;
}

/** Whether bytes from the other end are the name of an entry. */
export function isEntryName(name: Uint8Array): boolean {
  if (name.length === 0 || name.length > NAME_BYTES) return false;
  if (name.includes(0) || name.includes(SLASH)) return false;
  return !(name[0] === DOT && (name.length === 1 || (name.length === 2 && name[1] === DOT)));
}
