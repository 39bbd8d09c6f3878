// Asked once per entry of a scan: no objects, no closures, binary search in shared columns.

import type { FileList } from "./spec.ts";

const SLASH = 0x2f;
const SEEN_OTHER = 1;
const SEEN_DIRECTORY = 2;

/** How a name relates to a list of paths. */
export const UNLISTED = 0;
/** The name itself is on the list, or the whole content of its directory is wanted. */
export const LISTED = 1;
/** A directory on the way to a path on the list. */
export const IMPLIED = 2;

/** The part of a {@linkcode FileList} that lies beneath one directory. */
export class WantedNames {
  /** How many paths of the list lie beneath the directory, at any depth. */
  readonly count: number;
  /** Everything directly inside the directory is wanted: its line ended with a slash. */
  readonly wantsContent: boolean;
  readonly #list: FileList;
  readonly #first: number;
  /** Length of the directory's path and the slash after it: where names begin in the paths. */
  readonly #nameAt: number;

  /**
   * The paths beneath `directory`, which is "" for the source itself. If its content is wanted,
   * `isAccepted` is asked whether the rules let the directory through: as in rsync, they hide
   * the content of one they exclude, though not the paths inside it that are listed themselves.
   */
  constructor(
    list: FileList,
    directory: Uint8Array,
    isAccepted: (directory: Uint8Array) => boolean,
  ) {
    this.#list = list;
    const whole = lowerBound(list, 0, list.wantsContent.length, 0, directory, 0, directory.length);
    const isOnList = whole < list.wantsContent.length &&
      endOf(list, whole) - startOf(list, whole) === directory.length &&
      startsWith(list, whole, directory);
    this.wantsContent = isOnList && list.wantsContent[whole] === 1 &&
      isAccepted(directory);
    this.#first = whole + (isOnList ? 1 : 0);
    this.#nameAt = directory.length === 0 ? 0 : directory.length + 1;
    this.count = this.#lastBeneath(directory) - this.#first;
  }

  #lastBeneath(directory: Uint8Array): number {
    const list = this.#list;
    if (directory.length === 0) return list.wantsContent.length;
    let low = this.#first;
    let high = list.wantsContent.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const isBeneath = startsWith(list, middle, directory) &&
        endOf(list, middle) - startOf(list, middle) > directory.length &&
        list.bytes[startOf(list, middle) + directory.length] === SLASH;
      if (isBeneath) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether the list names the entry, leads through it, or neither. */
  relation(names: Uint8Array, offset: number, length: number, isDirectory: boolean): number {
    const unnamed = this.wantsContent ? LISTED : UNLISTED;
    const path = this.#find(names, offset, length);
    if (path < 0) return unnamed;
    const list = this.#list;
    const isItself = endOf(list, path) - startOf(list, path) === this.#nameAt + length;
    if (isDirectory && (!isItself || this.#leadsOn(path, length))) return IMPLIED;
    return isItself ? LISTED : unnamed;
  }

  /** Remembers in `seen` (of `count` bytes) that the directory holds the entry. */
  noteSeen(
    seen: Uint8Array,
    names: Uint8Array,
    offset: number,
    length: number,
    isDirectory: boolean,
  ): void {
    const path = this.#find(names, offset, length);
    if (path >= 0) seen[path - this.#first] = isDirectory ? SEEN_DIRECTORY : SEEN_OTHER;
  }

  /** The listed paths that lead through no entry noted in `seen`. */
  unmatchedPaths(seen: Uint8Array): Uint8Array[] {
    const list = this.#list;
    const unmatched: Uint8Array[] = [];
    let state = 0;
    let name = new Uint8Array();
    for (let path = this.#first; path < this.#first + this.count; path++) {
      const rest = list.bytes.slice(startOf(list, path) + this.#nameAt, endOf(list, path));
      const slash = rest.indexOf(SLASH);
      const nameLength = slash < 0 ? rest.length : slash;
      const isSameName = nameLength === name.length && name.every((byte, at) => byte === rest[at]);
      if (path === this.#first || !isSameName) {
        state = seen[path - this.#first] ?? 0;
        name = rest.slice(0, nameLength);
      }
      if (state === SEEN_DIRECTORY || (state === SEEN_OTHER && slash < 0)) continue;
      unmatched.push(list.bytes.slice(startOf(list, path), endOf(list, path)));
    }
    return unmatched;
  }

  /** The first path that is the entry or lies beneath it, or -1. */
  #find(names: Uint8Array, offset: number, length: number): number {
    const end = this.#first + this.count;
    const path = lowerBound(this.#list, this.#first, end, this.#nameAt, names, offset, length);
    return path < end && this.#isNamed(path, names, offset, length) ? path : -1;
  }

  #isNamed(path: number, names: Uint8Array, offset: number, length: number): boolean {
    const { bytes } = this.#list;
    const start = startOf(this.#list, path) + this.#nameAt;
    const end = start + length;
    const pathEnd = endOf(this.#list, path);
    if (end > pathEnd || (end < pathEnd && bytes[end] !== SLASH)) return false;
    for (let at = 0; at < length; at++) if (bytes[start + at] !== names[offset + at]) return false;
    return true;
  }

  /** Whether the path after one that is exactly a name lies beneath that name. */
  #leadsOn(path: number, length: number): boolean {
    if (path + 1 >= this.#first + this.count) return false;
    const name = startOf(this.#list, path) + this.#nameAt;
    return this.#isNamed(path + 1, this.#list.bytes, name, length);
  }
}

function startOf(list: FileList, path: number): number {
  return list.starts[path] ?? 0;
}

function endOf(list: FileList, path: number): number {
  return list.starts[path + 1] ?? 0;
}

function startsWith(list: FileList, path: number, prefix: Uint8Array): boolean {
  const start = startOf(list, path);
  if (endOf(list, path) - start < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) {
    if (list.bytes[start + at] !== prefix[at]) return false;
  }
  return true;
}

/**
 * The first path of `[first, end)` whose bytes from `nameAt` on are not before the key, in the
 * list's order: bytes, with the slash before all others.
 */
function lowerBound(
  list: FileList,
  first: number,
  end: number,
  nameAt: number,
  key: Uint8Array,
  offset: number,
  length: number,
): number {
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(list, middle, nameAt, key, offset, length)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(
  list: FileList,
  path: number,
  nameAt: number,
  key: Uint8Array,
  offset: number,
  length: number,
): boolean {
  const { bytes } = list;
  const start = startOf(list, path) + nameAt;
  const pathLength = endOf(list, path) - start;
  const shared = Math.min(pathLength, length);
  for (let at = 0; at < shared; at++) {
    const left = bytes[start + at] ?? 0;
    const right = key[offset + at] ?? 0;
    if (left !== right) return left === SLASH || (right !== SLASH && left < right);
  }
  return pathLength < length;
}
