import { trimNul } from "../../entry/path.ts";

const SLASH = 47;

/**
 * Names of one directory's entries as they stand in a shard: relative to the source's root,
 * without NUL. The path is put down once, and no memory is made for a name.
 */
export class ShardNames {
  /** The name, and whatever behind it; good until the next is put down. */
  bytes = new Uint8Array(1024);
  /** Bytes of the name. */
  length = 0;
  #start = 0;

  /** Begins with the entries of a directory. */
  enter(path: Uint8Array): void {
    const trimmed = trimNul(path);
    this.#reserve(trimmed.length + 1 + NAME_BYTES);
    this.bytes.set(trimmed);
    this.#start = trimmed.length;
    if (trimmed.length > 0) this.bytes[this.#start++] = SLASH;
  }

  /** Puts down the name of an entry of the directory, which stands in `from` at `offset`. */
  put(from: Uint8Array, offset: number, length: number): void {
    const { bytes } = this;
    const start = this.#start;
    // Names are short: a view of one and a copy by it take longer than this.
    for (let at = 0; at < length; at++) bytes[start + at] = from[offset + at]!; // inside the arena
    this.length = start + length;
  }

  #reserve(length: number): void {
    if (this.bytes.length < length) this.bytes = new Uint8Array(length * 2);
  }
}

/** The longest name (NAME_MAX of limits.h). */
const NAME_BYTES = 255;
