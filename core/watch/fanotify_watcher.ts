import { displayPath } from "../entry/display.ts";
import { Fan, type Fanotify, type FileId, latin, openFanotify } from "../sys/linux/fanotify.ts";
import { errnoName, errnoWords, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { FilesByName } from "./files_by_name.ts";
import { refuseFilesystem } from "./filesystems.ts";
import { MarkedTrees, type Place } from "./marked_trees.ts";
import { refuseMountsBelow } from "./mounts_below.ts";
import { GONE, nameOf, walkDirectories } from "./walk_directories.ts";
import type { Changes, TreeWatcher } from "./watcher.ts";
import { WrittenNames } from "./written_names.ts";

/** What is wanted of a file system. Opening and reading are not: everybody would be heard. */
const EVENTS = Fan.Modify | Fan.Attrib | Fan.CloseWrite | Fan.MovedFrom | Fan.MovedTo |
  Fan.Create | Fan.Delete | Fan.OnDirectory;
const MOVED = Fan.MovedFrom | Fan.MovedTo;
const WRITTEN = Fan.Modify | Fan.Attrib | Fan.CloseWrite;
/** The code of a refusal after which inotify may do. */
export const UNMARKED = "watch-unmarked";
/** Reads of the queue before it is said that there is more. */
const READS_MAX = 64;

/**
 * Opens a watcher that uses, and at its end gives back, the floor; undefined where this process
 * may not mark file systems, or the kernel (before 5.9) cannot.
 */
export function openFanotifyWatcher(sys: Sys): TreeWatcher | undefined {
  const fanotify = openFanotify();
  if (typeof fanotify !== "number") return new FanotifyWatcher(sys, fanotify);
  sys.end();
  return undefined;
}

/**
 * fanotify(7) has one mark a file system, and tells of a change in which directory it was, by a
 * handle. Where that directory lies is looked up when it is heard of, so nothing is kept of the
 * trees, and nothing can come into them unseen.
 */
class FanotifyWatcher implements TreeWatcher {
  readonly by = "fanotify";
  readonly directories = undefined;
  readonly #trees: MarkedTrees;
  readonly #files: FilesByName;
  readonly #written: WrittenNames;
  /** Directories in which something has changed, by tree and path. */
  readonly #changed = new Map<string, Place>();
  #everything = false;
  #overflow = false;
  #lost: string | undefined;

  constructor(readonly sys: Sys, readonly fanotify: Fanotify) {
    this.#trees = new MarkedTrees(fanotify);
    this.#files = new FilesByName(sys, fanotify, this.#trees);
    this.#written = new WrittenNames(sys, fanotify, this.#trees);
  }

  add(tree: number, path: Name): void {
    const handle = this.sys.openRoot(path);
    const shown = displayPath(path);
    if (handle < 0) {
      const words = `Cannot open "${shown}": ${errnoWords(-handle)}.`;
      throw new TransferError(errnoName(-handle), words);
    }
    const result = this.#trees.add(tree, handle, path, EVENTS);
    if (result < 0) {
      this.sys.close(handle);
      throw new TransferError(UNMARKED, `"${shown}" cannot be marked: ${errnoWords(-result)}.`);
    }
    refuseFilesystem(this.sys, handle, shown);
    this.fanotify.queue.mountsChanged();
    refuseMountsBelow(this.sys, path);
    const reason = this.#trees.whyLost();
    if (reason !== undefined) throw new TransferError("watch-refused", reason);
  }

  drain(): Changes {
    let reads = 0;
    while (reads < READS_MAX && this.#lost === undefined) {
      const count = this.fanotify.read((mask, directory, name, file) => {
        this.#event(mask, directory, name, file);
      });
      if (count < 0) this.#lost = `Events cannot be read: ${errnoWords(-count)}.`;
      if (count <= 0) break;
      reads++;
    }
    if (this.#written.isAnyElsewhere()) this.#everything = true;
    this.#lookForMounts();
    this.#lost ??= this.#trees.whyLost();
    const directories = [...this.#changed.values()].map(({ tree, path }) => ({
      tree,
      path: nameOf(path),
    }));
    this.#changed.clear();
    const [overflow, more] = [this.#overflow, this.#everything || reads === READS_MAX];
    this.#overflow = false;
    this.#everything = false;
    return {
      directories,
      overflow,
      more,
      ...(this.#lost === undefined ? {} : { lost: this.#lost }),
    };
  }

  has(tree: number, path: Name): boolean {
    const root = this.#trees.root(tree);
    if (root === undefined) return false;
    const handle = this.sys.openBeneath(root.handle, path, true);
    if (handle >= 0) this.sys.close(handle);
    // For any other reason it is for the sweep to fail, lest it be left out.
    return !GONE.has(handle);
  }

  wait(timeoutMs: number): Promise<void> {
    return this.fanotify.queue.wait(timeoutMs);
  }

  wake(): void {
    this.fanotify.queue.wake();
  }

  end(): void {
    for (const { handle } of this.#trees.roots) this.sys.close(handle);
    this.fanotify.end();
    this.sys.end();
  }

  #event(
    mask: number,
    directory: FileId | undefined,
    name: Uint8Array,
    file: FileId | undefined,
  ): void {
    if ((mask & Fan.Overflow) !== 0) {
      this.#overflow = true;
      this.#trees.forget();
      this.#files.forget();
      return;
    }
    const isDirectory = (mask & Fan.OnDirectory) !== 0;
    // Wherever it was, it may have led to a tree, or been in one.
    if (isDirectory && (mask & MOVED) !== 0) this.#trees.forget();
    const place = directory && this.#trees.placeOf(directory);
    if (place === "unknown") this.#everything = true;
    else if (place !== undefined) {
      this.#add(place);
      this.#within(place, mask, name, isDirectory);
      if (directory !== undefined && !isDirectory) this.#named(mask, directory, name, file);
    } else if (!isDirectory && file !== undefined) {
      // By a name that is in no tree; but it may have others.
      if (this.#files.mayBeInTrees(file) && !this.#written.isRemoved(file)) {
        if (this.#files.isInTrees(file)) this.#everything = true;
      }
    }
  }

  /** Something happened to a file by a name in a tree. */
  #named(mask: number, directory: FileId, name: Uint8Array, file: FileId | undefined): void {
    if ((mask & (Fan.Create | Fan.MovedTo)) !== 0) this.#written.arrived(directory, name);
    if ((mask & WRITTEN) === 0) return;
    if (file === undefined) this.#everything = true;
    else this.#written.written(directory, name, file);
  }

  #add(place: Place): void {
    this.#changed.set(`${place.tree} ${place.path}`, place);
  }

  /** Something happened in a directory of a tree, or to it. */
  #within(place: Place, mask: number, bytes: Uint8Array, isDirectory: boolean): void {
    const name = latin(bytes);
    const { tree, path } = place;
    if (!isDirectory) {
      if ((mask & (Fan.Create | Fan.MovedTo | Fan.Attrib)) !== 0) this.#files.appeared(place, name);
      return;
    }
    if (name === "." || name === "") {
      if (path !== "") this.#add({ tree, path: path.slice(0, Math.max(path.lastIndexOf("/"), 0)) });
      return;
    }
    // What came with it nobody tells; what is made in it later has events of its own.
    if ((mask & Fan.MovedTo) !== 0) {
      this.#moved({ tree, path: path === "" ? name : `${path}/${name}` });
    }
  }

  #moved(place: Place): void {
    const root = this.#trees.root(place.tree);
    if (root === undefined) return;
    const isWhole = walkDirectories(this.sys, root.handle, place.path, (path, directory) => {
      this.#add({ tree: place.tree, path });
      this.#files.listed(place.tree, directory);
    });
    if (!isWhole) this.#everything = true;
  }

  #lookForMounts(): void {
    if (this.#lost !== undefined || !this.fanotify.queue.mountsChanged()) return;
    this.#trees.forget();
    try {
      for (const { name } of this.#trees.roots) refuseMountsBelow(this.sys, name);
    } catch (error) {
      this.#lost = error instanceof Error ? error.message : String(error);
    }
  }
}
