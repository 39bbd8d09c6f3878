import { compareBytes } from "../entry/bytes.ts";
import { nameOf, typableText } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { joinPath } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { isTemporary } from "../movers/temporary.ts";
import { Errno, type Handle, type Name, type Result, type Sys } from "../sys/mod.ts";

/** Names that are given at most: more than anybody reads in a shell. */
export const COMPLETION_LIMIT = 200;
/** Names of one directory that are looked at, which takes about 50 ms: no shell waits longer. */
const LOOKED_AT = 200_000;
const SLASH = 47;
const DOT = 46;
const EMPTY: Name = nameOf("");

/** How the last component of a path may go on. */
export interface PathCompletions {
  /**
   * Last components that begin with what was typed of one, in the order of their bytes and without
   * NUL. Directories end with a slash.
   */
  readonly names: readonly Uint8Array<ArrayBuffer>[];
  /**
   * There are more. The first and the last in order are always among `names`, so that what all have
   * in common is what all of `names` have in common.
   */
  readonly more: boolean;
}

/**
 * The entries of one directory beneath `root` whose names begin with the last component of
 * `typed`, for a shell. What stands before it names the directory; no link in it is followed, and
 * `..` leads nowhere. Left out are names with a dot before them unless the dot was typed (as shells
 * do), those that cannot be typed (control characters, not UTF-8), and blit's temporaries.
 *
 * @returns a negated errno where the directory cannot be opened or read
 */
export function completeBeneath(
  sys: Sys,
  root: Handle,
  typed: Uint8Array,
  limit: number = COMPLETION_LIMIT,
): PathCompletions | Result {
  const cut = typed.lastIndexOf(SLASH) + 1;
  const path = withoutEmptyComponents(typed.subarray(0, cut));
  if (path === undefined || typed.includes(0)) return -Errno.ENOENT;
  const directory = sys.openBeneath(root, path);
  if (directory < 0) return directory;
  try {
    return matches(sys, directory, typed.subarray(cut), Math.max(limit, 2));
  } finally {
    sys.close(directory);
  }
}

/** What is before the last component as a path that can be opened; undefined if it leads upwards. */
function withoutEmptyComponents(typed: Uint8Array): Name | undefined {
  let path = EMPTY;
  for (let start = 0; start < typed.length;) {
    let end = typed.indexOf(SLASH, start);
    if (end < 0) end = typed.length;
    const component = typed.subarray(start, end);
    const isDots = component.every((byte) => byte === DOT);
    if (isDots && component.length === 2) return undefined;
    if (!isDots || component.length > 2) path = joinPath(path, component);
    start = end + 1;
  }
  return path;
}

interface Match {
  /** With its NUL. */
  readonly name: Name;
  readonly kind: number;
}

function matches(
  sys: Sys,
  directory: Handle,
  prefix: Uint8Array,
  limit: number,
): PathCompletions | Result {
  const table = new NameTable();
  const found: Match[] = [];
  let more = false;
  for (let seen = 0; seen < LOOKED_AT; seen += table.count) {
    const count = sys.list(directory, table);
    if (count < 0) return count;
    if (count === 0) break;
    for (let index = 0; index < count; index++) {
      if (!beginsWith(table, index, prefix) || isTemporary(table, index)) continue;
      const name = joinPath(table.copy(index), EMPTY);
      if (typableText(name) !== undefined) {
        found.push({ name, kind: table.kinds[index] ?? Kind.Unknown });
      }
    }
    if (found.length > limit) more = true;
    // Not at every turn of a large directory, but before there are very many.
    if (found.length > limit * 40) keepEnds(found, limit);
  }
  keepEnds(found, limit);
  const stats = new StatTable(1);
  const isDirectory = ({ name, kind }: Match): boolean =>
    kind === Kind.Directory || (kind === Kind.Unknown &&
      sys.stat(directory, name, stats, 0) >= 0 && stats.kind(0) === Kind.Directory);
  const names = found.map((match) => shownName(match.name, isDirectory(match)));
  return { names, more };
}

/** The first ones in order, and the last. */
function keepEnds(found: Match[], limit: number): void {
  found.sort((left, right) => compareBytes(left.name, right.name));
  if (found.length > limit) found.splice(limit - 1, found.length - limit);
}

function beginsWith(table: NameTable, index: number, prefix: Uint8Array): boolean {
  const offset = table.offsets[index] ?? 0;
  if ((table.lengths[index] ?? 0) < prefix.length) return false;
  if (prefix.length === 0) return table.bytes[offset] !== DOT;
  return prefix.every((byte, at) => table.bytes[offset + at] === byte);
}

function shownName(name: Name, isDirectory: boolean): Uint8Array<ArrayBuffer> {
  const shown = name.slice();
  if (!isDirectory) return shown.slice(0, -1);
  shown[shown.length - 1] = SLASH;
  return shown;
}
