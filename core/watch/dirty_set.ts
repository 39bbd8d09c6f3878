import { pathKey } from "../entry/path.ts";
import type { Name } from "../sys/mod.ts";
import type { Changes } from "./watcher.ts";

/** More directories than this are swept with all the others. */
const DIRECTORIES_MAX = 2000;

/**
 * What is not proven of a pair of trees: directories, of either tree, in which something has changed
 * since they were compared, or in which there was something to do.
 */
export class DirtySet {
  /** Changed since anybody looked. */
  #changed = new Map<string, Name>();
  /** Looked at, and found different. */
  #different = new Map<string, Name>();
  /** The same of whole trees: nothing is proven of any directory. */
  #wholeChanged = true;
  #wholeDifferent = false;

  /** Whether a mirror would find nothing to do. */
  get isClean(): boolean {
    return this.size === 0;
  }

  /** Whether something has changed since anybody looked. */
  get isNews(): boolean {
    return this.#wholeChanged || this.#changed.size > 0;
  }

  /** How many directories it holds; Infinity for all. */
  get size(): number {
    if (this.#wholeChanged || this.#wholeDifferent) return Infinity;
    return new Set([...this.#changed.keys(), ...this.#different.keys()]).size;
  }

  /** Takes in what was heard. */
  add({ directories, overflow, more }: Changes): void {
    if (overflow || more) this.addAll();
    for (const { path } of directories) this.#changed.set(pathKey(path), path);
    if (this.#changed.size > DIRECTORIES_MAX) this.addAll();
  }

  /** Nothing is proven any more. */
  addAll(): void {
    this.#wholeChanged = true;
    this.#changed.clear();
  }

  /** Looks at what was found different once more. */
  again(): void {
    this.#wholeChanged ||= this.#wholeDifferent;
    for (const [key, path] of this.#different) this.#changed.set(key, path);
  }

  /** All that is to be compared: directories, or undefined for whole trees. Afterwards nothing is news. */
  take(): readonly Name[] | undefined {
    const directories = new Map([...this.#different, ...this.#changed]);
    this.#changed = new Map();
    this.#different = directories;
    this.#wholeDifferent ||= this.#wholeChanged || directories.size > DIRECTORIES_MAX;
    this.#wholeChanged = false;
    if (this.#wholeDifferent) return undefined;
    return [...directories.values()];
  }

  /** What was taken has been compared, and there was nothing to do. */
  prove(): void {
    this.#wholeDifferent = false;
    this.#different.clear();
  }
}
