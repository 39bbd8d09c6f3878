import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import type { NameTable } from "../entry/names.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import type { DirectoryFilter } from "../filter/mod.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import type { FailureCode } from "../movers/outbox.ts";
import type { Place } from "../scan/mod.ts";
import { Errno } from "../sys/errno.ts";
import type { Result } from "../sys/mod.ts";

const SLASH = 47;

/** Watches which of the paths that a list of files names in one directory are there. */
export class ListedPaths {
  readonly #filter: DirectoryFilter;
  readonly #seen: Uint8Array;

  constructor(filter: DirectoryFilter) {
    this.#filter = filter;
    this.#seen = new Uint8Array(filter.wantedCount);
  }

  /** Notes the names that the directory holds. */
  note(names: NameTable): void {
    for (let index = 0; index < names.count; index++) {
      const offset = names.offsets[index]!; // in the table
      const isDirectory = names.kinds[index] === Kind.Directory;
      this.#filter.noteSeen(this.#seen, names.bytes, offset, names.lengths[index]!, isDirectory);
    }
  }

  /** Records a failure for each listed path that is not there. */
  reportMissing(context: MoverContext, place: Place): void {
    for (const path of this.#filter.unmatchedPaths(this.#seen)) {
      const from = joinPath(path, nameOf(""));
      const why = whyMissing(context, place, path);
      context.fail("source", place.sourceIndex, nameOf(""), from, "read", why);
    }
  }
}

/** What is in the way where a listed path leads on from a directory. */
function whyMissing(context: MoverContext, place: Place, path: Uint8Array): Result | FailureCode {
  const { length } = trimNul(place.path);
  const start = length === 0 ? 0 : length + 1;
  const end = path.indexOf(SLASH, start);
  if (end < 0) return -Errno.ENOENT; // it would be in the directory itself
  const step = joinPath(path.slice(start, end), nameOf(""));
  const result = context.sys.stat(place.source, step, context.own, Own.Other);
  if (result < 0) return result;
  return context.own.kind(Own.Other) === Kind.Symlink ? "THROUGH_LINK" : -Errno.ENOTDIR;
}
