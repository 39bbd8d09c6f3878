import { Kind } from "../entry/kind.ts";
import { PackedNames } from "../entry/packed.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { Name } from "../sys/mod.ts";

/** Names in one record at most, and their bytes: so much fits a table, whatever they are. */
const MOST_NAMES = 1024;
const MOST_BYTES: number = 64 * 1024;
/** The longest name (NAME_MAX of limits.h), with what is packed before it. */
const NAME_BYTES = 258;

/**
 * Gathers, of one directory, the directories that only the destination has: those that hold files
 * alone, with these, and the others. Most directories of most trees are of the first kind.
 */
export class LeafLog {
  #leaves: PackedNames | undefined;
  #others: PackedNames | undefined;

  constructor(
    readonly context: MoverContext,
    readonly source: number,
    readonly path: Name,
  ) {}

  /** Adds a directory that holds these files, if any; false where they are too many. */
  addLeaf(name: Name, files: PackedNames | undefined): boolean {
    const count = files === undefined ? 1 : files.count + 1;
    const bytes = (files?.byteLength ?? 0) + NAME_BYTES;
    if (count > MOST_NAMES || bytes > MOST_BYTES) return false;
    const held = this.#leaves;
    if (held && (held.count + count > MOST_NAMES || held.byteLength + bytes > MOST_BYTES)) {
      this.#logLeaves();
    }
    const leaves = this.#leaves ??= new PackedNames();
    leaves.add(name, Kind.Directory);
    if (files !== undefined) leaves.addAll(files);
    this.context.count(Counter.Extras, count - 1); // the directory has been counted
    return true;
  }

  /** Adds another directory, whose content is logged by itself. */
  addOther(name: Name): void {
    (this.#others ??= new PackedNames()).add(name, Kind.Directory);
  }

  /** Hands what was gathered to the run's log. */
  finish(): void {
    this.#logLeaves();
    if (this.#others === undefined) return;
    const { count } = this.#others;
    const { source, path } = this;
    this.context.log.extraDirectories.push({ source, path, names: this.#others.finish(), count });
  }

  #logLeaves(): void {
    if (this.#leaves === undefined) return;
    const { count } = this.#leaves;
    const { source, path } = this;
    this.context.log.leaves.push({ source, path, names: this.#leaves.finish(), count });
    this.#leaves = undefined;
  }
}
