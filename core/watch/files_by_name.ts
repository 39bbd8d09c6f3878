import { Kind } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import { type Fanotify, type FileId, latin } from "../sys/linux/fanotify.ts";
import { Errno, type Handle, type Name, type Sys } from "../sys/mod.ts";
import type { MarkedTrees, Place } from "./marked_trees.ts";
import { type ListedDirectory, nameOf, walkDirectories } from "./walk_directories.ts";

const HIGH = 2 ** 32;

/**
 * Whether a file that somebody changed by a name outside of the trees has another name in them.
 * Almost none has: so the trees are walked when that is asked for the first time, and afterwards
 * it is a look into a set. What was in a tree once stays in it; one too many does no harm.
 *
 * Hot path: asked for each change of a marked file system.
 */
export class FilesByName {
  readonly #stats = new StatTable(1);
  /** Files in the trees that have several names, or had once. */
  readonly #linked = new Set<string>();
  /** Inodes of all files in the trees, by file system: any may get another name. */
  #inodes: Map<string, Set<number>> | undefined;

  constructor(
    readonly sys: Sys,
    readonly fanotify: Fanotify,
    readonly trees: MarkedTrees,
  ) {}

  /** Nothing of what was collected holds any more. */
  forget(): void {
    this.#linked.clear();
    this.#inodes = undefined;
  }

  /** A file may have come to a tree, or got another name in it. */
  appeared(place: Place, name: string): void {
    const root = this.trees.root(place.tree);
    if (this.#inodes === undefined || root === undefined) return;
    const handle = this.sys.openBeneath(root.handle, nameOf(place.path), true);
    if (handle < 0) return; // another event says why
    this.#collect(root.mount.fsid, handle, nameOf(name));
    this.sys.close(handle);
  }

  /** A directory came to a tree. */
  listed(tree: number, { handle, others }: ListedDirectory): void {
    const root = this.trees.root(tree);
    if (this.#inodes === undefined || root === undefined) return;
    for (const name of others) this.#collect(root.mount.fsid, handle, nameOf(name));
  }

  /** Whether a file that was changed by a name outside has one in a tree, or that cannot be told. */
  isNamedInTrees(file: FileId): boolean {
    if (this.#inodes === undefined && !this.#collectAll()) return true;
    return this.#linked.has(latin(file));
  }

  /**
   * The same of a file of which no name is told: it may have got one more, or have been changed
   * by none.
   */
  isInTrees(file: FileId): boolean {
    const key = latin(file);
    const mount = this.trees.roots.find((root) => key.startsWith(root.mount.fsid))?.mount;
    if (mount === undefined) return true;
    const handle = this.fanotify.open(mount, file);
    // Removed: of its names in the trees that was told.
    if (handle === -Errno.ESTALE) return false;
    if (handle < 0) return true;
    const result = this.sys.statHandle(handle, this.#stats, 0);
    this.fanotify.close(handle);
    if (result < 0) return true;
    if (this.#stats.links[0] === 0) return false;
    const inode = this.#inode();
    if (this.#inodes === undefined && !this.#collectAll()) return true;
    if (this.#inodes?.get(mount.fsid)?.has(inode) === false) return false;
    this.#linked.add(key);
    return true;
  }

  /** Whether all directories could be listed. */
  #collectAll(): boolean {
    const inodes = new Map<string, Set<number>>();
    this.#inodes = inodes;
    for (const { mount, tree, handle } of this.trees.roots) {
      if (!inodes.has(mount.fsid)) inodes.set(mount.fsid, new Set());
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
    return true;
  }

  #collect(fsid: string, directory: Handle, name: Name): void {
    if (this.sys.stat(directory, name, this.#stats, 0) < 0) return;
    if (this.#stats.kind(0) === Kind.Directory) return;
    this.#inodes?.get(fsid)?.add(this.#inode());
    if (this.#stats.links[0] === 1) return;
    const id = this.fanotify.idOf(directory, name, fsid);
    if (typeof id === "string") this.#linked.add(id);
  }

  #inode(): number {
    return (this.#stats.inodeHigh[0] ?? 0) * HIGH + (this.#stats.inodeLow[0] ?? 0);
  }
}
