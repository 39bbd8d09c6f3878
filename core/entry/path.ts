const SLASH = 47;
const NOTHING = new Uint8Array(0);

/** The path without what follows its first NUL. */
export function trimNul(path: Uint8Array): Uint8Array {
  const end = path.indexOf(0);
  return end < 0 ? path : path.subarray(0, end);
}

/** `directory/name` with a NUL at the end; either may end with a NUL; `""` joins to the other. */
export function joinPath(directory: Uint8Array, name: Uint8Array): Uint8Array<ArrayBuffer> {
  const left = lengthOf(directory);
  const right = lengthOf(name);
  const slash = left > 0 && right > 0 && directory[left - 1] !== SLASH ? 1 : 0;
  const joined = new Uint8Array(left + slash + right + 1);
  // Paths are short: to make a view of one takes longer than to copy it.
  let to = 0;
  for (let at = 0; at < left; at++) joined[to++] = directory[at]!; // up to its end
  if (slash) joined[to++] = SLASH;
  for (let at = 0; at < right; at++) joined[to++] = name[at]!; // as above
  return joined;
}

/** Bytes of a path up to its first NUL. */
export function lengthOf(path: Uint8Array): number {
  let length = 0;
  while (length < path.length && path[length] !== 0) length++;
  return length;
}

/** What a path leads through, `""` where it is one name alone, and its last name; NUL-terminated. */
export function splitPath(path: Uint8Array): [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] {
  const trimmed = trimNul(path);
  const cut = trimmed.lastIndexOf(SLASH);
  const [above, name] = [trimmed.subarray(0, Math.max(cut, 0)), trimmed.subarray(cut + 1)];
  return [joinPath(above, NOTHING), joinPath(name, NOTHING)];
}

/** How many components a relative path has. */
export function depthOf(path: Uint8Array): number {
  const trimmed = trimNul(path);
  if (trimmed.length === 0) return 0;
  let depth = 1;
  for (const byte of trimmed) if (byte === SLASH) depth++;
  return depth;
}

/** Whether an absolute path is a directory or lies beneath it; links are not followed. */
export function isBeneath(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** A path as a string key, one character a byte: for sets and maps, never for people. */
export function pathKey(path: Uint8Array): string {
  let key = "";
  // A character at a time takes a third of what a spread of the bytes does.
  for (let at = 0; at < path.length && path[at] !== 0; at++) key += String.fromCharCode(path[at]!);
  return key;
}
