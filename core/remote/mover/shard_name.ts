import { trimNul } from "../../entry/path.ts";

const SLASH = 47;

/**
 * Names of one directory's entries as they stand in a shard: relative to the source's root,
 * without NUL. The path is put down once, and no memory is made for a name.
 */
export class ShardNames {
  #bytes = new Uint8Array(1024);
  #start = 0;

  /** Begins with the entries of a directory. */
  enter(path: Uint8Array): void {
    const trimmed = trimNul(path);
    this.#reserve(trimmed.length + 1 + NAME_BYTES);
    this.#bytes.set(trimmed);
    this.#start = trimmed.length;
    if (trimmed.length > 0) this.#bytes[this.#start++] = SLASH;
  }

  /** The name of entry `name` of the directory: good until the next is asked for. */
  of(from: Uint8Array, offset: number, length: number): Uint8Array {
    const end = this.#start + length;
    this.#bytes.set(from.subarray(offset, offset + length), this.#start);
    return this.#bytes.subarray(0, end);
  }

  #reserve(length: number): void {
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length * 2);
  }
}

/** The longest name (NAME_MAX of limits.h). */
const NAME_BYTES = 255;

/** Whether bytes are the name in a shard of `name` in directory `path`; both end with a NUL. */
export function isNameInShard(bytes: Uint8Array, path: Uint8Array, name: Uint8Array): boolean {
  const nameLength = name.length - 1;
  const pathLength = path[path.length - 1] === 0 ? path.length - 1 : path.length;
  const start = pathLength > 0 ? pathLength + 1 : 0;
  if (bytes.length !== start + nameLength) return false;
  for (let at = 0; at < nameLength; at++) if (bytes[start + at] !== name[at]) return false;
  for (let at = 0; at < pathLength; at++) if (bytes[at] !== path[at]) return false;
  return start === 0 || bytes[pathLength] === SLASH;
}
