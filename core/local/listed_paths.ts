import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import type { NameTable } from "../entry/names.ts";
import { joinPath } from "../entry/path.ts";
import type { DirectoryFilter } from "../filter/mod.ts";
import type { MoverContext } from "../movers/context.ts";
import type { Place } from "../scan/mod.ts";
import { Errno } from "../sys/errno.ts";

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
      context.fail("source", place.sourceIndex, nameOf(""), from, "read", -Errno.ENOENT);
    }
  }
}
