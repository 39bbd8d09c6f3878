import { type Fanotify, type FileId, latin } from "../sys/linux/fanotify.ts";
import type { Handle, Sys } from "../sys/mod.ts";
import type { MarkedTrees, Place } from "./marked_trees.ts";
import { type ListedDirectory, nameOf, walkDirectories } from "./walk_directories.ts";

/** So many that came later are kept besides those that were found; then all are found anew. */
const LATER_MAX = 200_000;

/**
 * Whether a file that somebody changed by a name outside of the trees is in them by another, however
 * many it has: the one outside may be gone, and be written to by who has it open. So the
 * trees are walked when that is asked for the first time, and afterwards it is a look into a
 * set. What was in a tree once stays in it; one too many does no harm.
 *
 * Hot path: asked for each change of a marked file system.
 */
export class FilesByName {
  /** Ids of all files in the trees, by {@linkcode mixed}. */
  #files: Set<number> | undefined;
  #filesMax = 0;

  constructor(
    readonly sys: Sys,
    readonly fanotify: Fanotify,
    readonly trees: MarkedTrees,
  ) {}

  /** Nothing of what was collected holds any more. */
  forget(): void {
    this.#files = undefined;
  }

  /** A file may have come to a tree, or got another name in it. */
  appeared(place: Place, name: string): void {
    const root = this.trees.root(place.tree);
    if (this.#files === undefined || root === undefined) return;
    const handle = this.sys.openBeneath(root.handle, nameOf(place.path), true);
    if (handle < 0) return; // another event says why
    this.#collect(this.#files, root.mount.fsid, handle, name);
    this.sys.close(handle);
    if (this.#files.size > this.#filesMax) this.forget();
  }

  /** A directory came to a tree. */
  listed(tree: number, { handle, others }: ListedDirectory): void {
    const root = this.trees.root(tree);
    if (this.#files === undefined || root === undefined) return;
    for (const name of others) this.#collect(this.#files, root.mount.fsid, handle, name);
  }

  /** Whether it has, or had, a name in a tree, or that cannot be told. */
  isInTrees(file: FileId): boolean {
    if (this.#files === undefined && !this.#collectAll()) return true;
    return this.#files?.has(mixed(latin(file))) !== false;
  }

  /** The same without finding out: only what is known to be in none is not. */
  mayBeInTrees(file: FileId): boolean {
    return this.#files?.has(mixed(latin(file))) !== false;
  }

  /** Whether all directories could be listed. */
  #collectAll(): boolean {
    const files = new Set<number>();
    this.#files = files;
    for (const { tree, handle } of this.trees.roots) {
      const isWhole = walkDirectories(
        this.sys,
        handle,
        "",
        (_, directory) => this.listed(tree, directory),
      );
      if (isWhole) continue;
      this.forget();
      return false;
    }
    this.#filesMax = files.size + LATER_MAX;
    return true;
  }

  #collect(files: Set<number>, fsid: string, directory: Handle, name: string): void {
    const id = this.fanotify.idOf(directory, nameOf(name), fsid);
    if (typeof id === "string") files.add(mixed(id));
  }
}

/** 53 bits of an id, twice FNV-1a; two files with the same are looked at once more than needed. */
function mixed(id: string): number {
  let [one, other] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b);
  }
  return (one >>> 0) * 2 ** 21 + (other >>> 11);
}
