// Asked once per entry: no allocation and no closure.

import { type Glob, matchGlob } from "./glob.ts";
import type { CompiledRule, NameTest } from "./pattern.ts";
import { IMPLIED, UNLISTED, type WantedNames } from "./wanted_names.ts";

const SLASH = 0x2f;
/** Room for a name of the usual 255 bytes and the slash after it. */
const NAME_ROOM = 256;

/**
 * The filter of one directory, made by {@linkcode Filter.directory}: it answers for the entries
 * directly inside it. It belongs to one thread and keeps nothing between questions.
 *
 * @example
 * ```ts
 * import { buildFilterSpec, compileFilter } from "./mod.ts";
 *
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const spec = buildFilterSpec({ rules: [{ kind: "exclude", pattern: "/build/*.o" }] });
 * const inBuild = compileFilter(spec).directory(bytes("build"));
 * console.log(inBuild.accepts(bytes("main.o"), 0, 6, false)); // false
 * ```
 */
export class DirectoryFilter {
  /** Every entry is accepted: `accepts` need not be asked. */
  readonly acceptsAll: boolean;
  /** No entry is accepted: the directory need not be read. */
  readonly acceptsNothing: boolean;
  /**
   * How many listed paths lie beneath this directory; 0 without a list. The length of the array
   * that `noteSeen` and `unmatchedPaths` share.
   */
  readonly wantedCount: number;
  readonly #rules: readonly CompiledRule[];
  readonly #wanted: WantedNames | null;
  /** A slash, the directory's path, a slash, then room for a name: what `**` is matched with. */
  #path: Uint8Array;
  readonly #nameAt: number;

  /**
   * @param rules those that concern this directory, in order
   * @param wanted what a list of paths says of it, or null without a list
   * @param directory its path relative to the transfer's root; copied if needed later
   */
  constructor(
    rules: readonly CompiledRule[],
    wanted: WantedNames | null,
    directory: Uint8Array,
  ) {
    this.#rules = rules;
    this.#wanted = wanted;
    this.wantedCount = wanted?.count ?? 0;
    this.acceptsAll = rules.length === 0 && wanted === null;
    this.acceptsNothing = wanted !== null && wanted.count === 0 && !wanted.wantsContent;
    this.#nameAt = directory.length === 0 ? 1 : directory.length + 2;
    this.#path = new Uint8Array();
    if (!this.acceptsNothing && rules.some((rule) => rule.test.kind === "path")) {
      this.#path = new Uint8Array(this.#nameAt + NAME_ROOM);
      this.#path[0] = SLASH;
      this.#path.set(directory, 1);
      this.#path[this.#nameAt - 1] = SLASH;
    }
  }

  /**
   * Whether the entry takes part. A directory that does not is pruned: nothing beneath it takes
   * part either, and it is not to be descended into.
   *
   * @param names bytes that hold the entry's name at `offset`, `length` bytes long
   * @param isDirectory whether it is a directory; a link to one is not
   */
  accepts(names: Uint8Array, offset: number, length: number, isDirectory: boolean): boolean {
    if (this.#wanted !== null) {
      const relation = this.#wanted.relation(names, offset, length, isDirectory);
      if (relation === UNLISTED) return false;
      // As in rsync, rules say nothing of the directories that only lead to a listed path.
      if (relation === IMPLIED) return true;
    }
    return this.rulesAccept(names, offset, length, isDirectory);
  }

  /** What the include and exclude rules alone say of the entry. */
  rulesAccept(names: Uint8Array, offset: number, length: number, isDirectory: boolean): boolean {
    const rules = this.#rules;
    for (let number = 0; number < rules.length; number++) {
      const rule = rules[number];
      if (rule === undefined || (rule.directoriesOnly && !isDirectory)) continue;
      if (this.#matches(rule.test, names, offset, length, isDirectory)) return rule.includes;
    }
    return true;
  }

  /**
   * Notes that the directory holds the entry, accepted or not, for `unmatchedPaths`.
   *
   * @param seen `wantedCount` bytes, at first all zero, one array for all slices of a directory
   */
  noteSeen(
    seen: Uint8Array,
    names: Uint8Array,
    offset: number,
    length: number,
    isDirectory: boolean,
  ): void {
    this.#wanted?.noteSeen(seen, names, offset, length, isDirectory);
  }

  /**
   * The listed paths that do not exist: those that lead through no noted entry of this directory,
   * relative to the source. Ask once the whole directory has been noted.
   */
  unmatchedPaths(seen: Uint8Array): Uint8Array[] {
    return this.#wanted?.unmatchedPaths(seen) ?? [];
  }

  #matches(
    test: NameTest,
    names: Uint8Array,
    offset: number,
    length: number,
    isDirectory: boolean,
  ): boolean {
    switch (test.kind) {
      case "any":
        return true;
      case "equal":
        return length === test.bytes.length && holdsAt(names, offset, test.bytes);
      case "prefix":
        return length >= test.bytes.length && holdsAt(names, offset, test.bytes);
      case "suffix": {
        const skipped = length - test.bytes.length;
        return skipped >= 0 && holdsAt(names, offset + skipped, test.bytes);
      }
      case "glob":
        return matchGlob(test.glob, names, offset, offset + length);
      case "path": {
        let end = this.#appendName(names, offset, length);
        if (test.trailingSlash && isDirectory) this.#path[end++] = SLASH;
        if (!test.anyStart) return matchGlob(test.glob, this.#path, test.leadingSlash ? 0 : 1, end);
        return matchesAfterSomeSlash(test.glob, this.#path, end);
      }
    }
  }

  /** Puts the entry's name behind the directory's path and returns where it ends. */
  #appendName(names: Uint8Array, offset: number, length: number): number {
    const end = this.#nameAt + length;
    if (end >= this.#path.length) {
      const larger = new Uint8Array(end + NAME_ROOM);
      larger.set(this.#path);
      this.#path = larger;
    }
    for (let at = 0; at < length; at++) this.#path[this.#nameAt + at] = names[offset + at] ?? 0;
    return end;
  }
}

function holdsAt(names: Uint8Array, offset: number, bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (names[offset + at] !== bytes[at]) return false;
  return true;
}

/** `path` begins with a slash, so that its start is one of the places after a slash. */
function matchesAfterSomeSlash(glob: Glob, path: Uint8Array, end: number): boolean {
  for (let at = 0; at < end; at++) {
    if (path[at] === SLASH && matchGlob(glob, path, at + 1, end)) return true;
  }
  return false;
}
