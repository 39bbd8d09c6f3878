import { displayPath } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { pathKey } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { In, type Inotify, openInotify } from "../sys/linux/inotify.ts";
import { Errno, errnoName, errnoWords, type Handle, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { refuseFilesystem } from "./filesystems.ts";
import { refuseMountsBelow } from "./mounts_below.ts";
import { NO_WATCHES_LEFT, UNREADABLE_LINK, whyUnwatched } from "./why_unwatched.ts";
import { GONE, nameOf } from "./walk_directories.ts";
import { WatchedDirectory } from "./watched_directory.ts";
import type { Changes, TreeWatcher } from "./watcher.ts";

/** What is wanted of directories. Opening and reading are not: sweeps would be heard. */
const DIRECTORY_EVENTS = In.Modify | In.Attrib | In.CloseWrite | In.MovedFrom | In.MovedTo |
  In.Create | In.Delete | In.DeleteSelf | In.MoveSelf | In.OnlyDirectory;
/** The same of a file that has several names, and may be changed by one that is in no tree. */
const FILE_EVENTS = In.Modify | In.Attrib | In.CloseWrite;
/**
 * Files that have just got their only name have watches of their own, the latest so many: who has
 * one open may have opened it by another name, and be heard of by nobody else.
 */
const LATEST_MAX = 4096;
/** By a name in a directory that may be gone. */
const WRITTEN = In.Modify | In.Attrib | In.CloseWrite;
/** Reads of the queue before it is said that there is more. */
const READS_MAX = 64;
/** Opens a watcher that uses, and at its end gives back, the floor. */
export function openInotifyWatcher(sys: Sys): TreeWatcher {
  const inotify = openInotify();
  if (typeof inotify !== "number") return new InotifyWatcher(sys, inotify);
  sys.end();
  throw new TransferError(
    errnoName(-inotify),
    `Trees cannot be watched: ${errnoWords(-inotify)}. ` +
      "/proc/sys/fs/inotify/max_user_instances bounds how many programs of a user may.",
  );
}

interface Root {
  readonly handle: Handle;
  readonly path: Name;
  readonly directory: WatchedDirectory;
}

/**
 * inotify(7) has one watch a directory. A directory is listed after its watch was set, so that
 * nothing can come into it unseen, and each that is found in it is taken in the same way.
 */
class InotifyWatcher implements TreeWatcher {
  readonly by = "inotify";
  readonly #names = new NameTable();
  readonly #stats = new StatTable(1);
  readonly #roots = new Map<number, Root>();
  /** What a watch is for: a directory, or a file that stands in all these. */
  readonly #watched = new Map<number, WatchedDirectory | Set<WatchedDirectory>>();
  readonly #changed = new Set<WatchedDirectory>();
  /** Names of files in whose number of links something may have changed. */
  readonly #linked = new Map<WatchedDirectory, Set<string>>();
  /** Watches of files that have got a name last, the oldest first. */
  readonly #latest = new Set<number>();
  /** Names that have appeared since the last look. */
  readonly #appeared = new Map<WatchedDirectory, Set<string>>();
  /** Names by which files were written to since the last look. */
  readonly #written = new Map<WatchedDirectory, Set<string>>();
  /** Something may have changed, nobody knows where. */
  #everything = false;
  #overflow = false;
  #lost: string | undefined;

  constructor(readonly sys: Sys, readonly inotify: Inotify) {}

  add(tree: number, root: Name): void {
    const handle = this.sys.openRoot(root);
    const shown = displayPath(root);
    if (handle < 0) {
      throw new TransferError(
        errnoName(-handle),
        `Cannot open "${shown}": ${errnoWords(-handle)}.`,
      );
    }
    const directory = new WatchedDirectory(tree, "", undefined, true);
    this.#roots.set(tree, { handle, path: root, directory });
    refuseFilesystem(this.sys, handle, shown);
    this.inotify.queue.mountsChanged();
    refuseMountsBelow(this.sys, root);
    this.#take(directory);
    if (this.#lost !== undefined) throw new TransferError("watch-refused", this.#lost);
  }

  drain(): Changes {
    let reads = 0;
    while (reads < READS_MAX && this.#lost === undefined) {
      const count = this.inotify.read((watch, mask, name) => this.#event(watch, mask, name));
      if (count < 0) this.#lost = `Events cannot be read: ${errnoWords(-count)}.`;
      if (count <= 0) break;
      reads++;
    }
    for (const [directory, names] of this.#linked) this.#lookForLinks(directory, names);
    this.#linked.clear();
    this.#appeared.clear();
    this.#lookForWritten();
    this.#lookForMounts();
    const directories = [...this.#changed].filter((directory) => directory.isAttached)
      .map(({ tree, path }) => ({ tree, path }));
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
    let at = this.#roots.get(tree)?.directory;
    for (const name of pathKey(path).split("/")) if (name !== "") at = at?.children.get(name);
    return at !== undefined;
  }

  get directories(): number {
    let count = 0;
    for (const watched of this.#watched.values()) if (!(watched instanceof Set)) count++;
    return count;
  }

  wait(timeoutMs: number): Promise<void> {
    return this.inotify.queue.wait(timeoutMs);
  }

  wake(): void {
    this.inotify.queue.wake();
  }

  end(): void {
    for (const { handle } of this.#roots.values()) this.sys.close(handle);
    this.#roots.clear();
    this.inotify.end();
    this.sys.end();
  }

  #event(watch: number, mask: number, name: Uint8Array): void {
    if ((mask & In.Overflow) !== 0) {
      this.#overflow = true;
      return;
    }
    const target = this.#watched.get(watch);
    if (target === undefined) return;
    if ((mask & In.Ignored) !== 0) {
      this.#watched.delete(watch);
      this.#latest.delete(watch);
    }
    if (target instanceof Set) {
      // Its directory was renamed: nobody knows where it is now.
      if (![...target].every(({ isAttached }) => isAttached)) this.#everything = true;
      for (const directory of target) this.#changed.add(directory);
      return;
    }
    this.#changed.add(target);
    if ((mask & In.Unmount) !== 0) this.#lost = "A watched file system was unmounted.";
    else if (target.isRoot && (mask & (In.DeleteSelf | In.MoveSelf | In.Ignored)) !== 0) {
      const root = this.#roots.get(target.tree);
      this.#lost ??= `"${displayPath(root?.path ?? new Uint8Array(0))}" was moved or removed.`;
    }
    if ((mask & In.Ignored) !== 0) {
      if (!target.isRoot) this.#drop(target);
    } else if (name.length > 0) this.#named(target, mask, pathKey(name));
  }

  /** Something happened to what has a name in a directory. */
  #named(directory: WatchedDirectory, mask: number, name: string): void {
    const appears = (mask & (In.Create | In.MovedTo)) !== 0;
    const leaves = (mask & (In.Delete | In.MovedFrom)) !== 0;
    if ((mask & In.IsDirectory) === 0) {
      if ((mask & WRITTEN) !== 0) keepName(this.#written, directory, name);
      // What was written before by this name was written to what has it still, or had it last.
      if (leaves) this.#written.get(directory)?.delete(name);
      if (!appears && (mask & In.Attrib) === 0) return;
      keepName(this.#linked, directory, name);
      if (appears) keepName(this.#appeared, directory, name);
      return;
    }
    const known = directory.children.get(name);
    if (known !== undefined && (mask & In.Attrib) !== 0) this.#changed.add(known);
    if (!appears && !leaves) return;
    if (known !== undefined) this.#drop(known);
    if (!appears || !directory.isAttached) return;
    const child = new WatchedDirectory(directory.tree, name, directory, false);
    directory.children.set(name, child);
    this.#take(child, true);
  }

  /**
   * Watches a directory and all below it. What is in one that has appeared may have got its name
   * since the last look: when a directory is renamed, nobody tells of that any more.
   */
  #take(first: WatchedDirectory, hasAppeared = false): void {
    const waiting = [first];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      this.#changed.add(at);
      this.#takeOne(at, waiting, hasAppeared);
      if (this.#lost !== undefined) return;
    }
  }

  #takeOne(directory: WatchedDirectory, found: WatchedDirectory[], hasAppeared: boolean): void {
    const root = this.#roots.get(directory.tree);
    if (root === undefined) return;
    const handle = this.sys.openBeneath(root.handle, directory.path, true);
    const watch = handle < 0 ? handle : this.inotify.add(handle, DIRECTORY_EVENTS);
    if (watch < 0) {
      if (handle >= 0) this.sys.close(handle);
      if (GONE.has(watch) && !directory.isRoot) this.#drop(directory);
      else this.#lost = whyUnwatched(root.path, directory.path, watch);
      return;
    }
    const other = this.#watched.get(watch);
    if (other instanceof WatchedDirectory && other !== directory) {
      if (other.tree !== directory.tree) {
        this.#lost = "The two trees overlap.";
        this.sys.close(handle);
        return;
      }
      // It was renamed since the events that are being heard; its watch is the same.
      other.watch = -1;
      if (!other.isRoot) this.#drop(other);
    }
    directory.watch = watch;
    this.#watched.set(watch, directory);
    this.#list(directory, handle, found, hasAppeared);
    this.sys.close(handle);
  }

  #list(
    directory: WatchedDirectory,
    handle: Handle,
    found: WatchedDirectory[],
    hasAppeared: boolean,
  ): void {
    const { sys } = this;
    const names = this.#names;
    for (let count = sys.list(handle, names); count !== 0; count = sys.list(handle, names)) {
      if (count < 0) {
        this.#lost = `A watched directory cannot be listed: ${errnoWords(-count)}.`;
        return;
      }
      for (let index = 0; index < count; index++) {
        const listed = names.kinds[index];
        if (listed !== Kind.Directory) {
          this.#lookAtLinks(directory, handle, names.at(index), hasAppeared);
          if (listed !== Kind.Unknown || this.#stats.kind(0) !== Kind.Directory) continue;
        }
        const name = pathKey(names.copy(index));
        const known = directory.children.get(name);
        if (known !== undefined) this.#drop(known);
        const child = new WatchedDirectory(directory.tree, name, directory, false);
        directory.children.set(name, child);
        found.push(child);
      }
    }
  }

  /** Watches files that have got several names. */
  #lookForLinks(directory: WatchedDirectory, names: ReadonlySet<string>): void {
    const root = this.#roots.get(directory.tree);
    if (root === undefined || !directory.isAttached) return;
    const handle = this.sys.openBeneath(root.handle, directory.path, true);
    if (handle < 0) return; // another event says why
    const appeared = this.#appeared.get(directory);
    // A burst would put out all others.
    const isBurst = names.size > LATEST_MAX;
    for (const name of names) {
      this.#lookAtLinks(directory, handle, nameOf(name), !isBurst && appeared?.has(name) === true);
    }
    this.sys.close(handle);
  }

  /**
   * A name by which a file is written to may be gone, while the file has another that nobody told
   * of (`exec 8>>a; ln a b/a; rm a; echo >&8`), or has none: an event does not say.
   */
  #lookForWritten(): void {
    for (const [directory, names] of this.#written) {
      if (this.#everything) break;
      const root = this.#roots.get(directory.tree);
      if (names.size === 0 || root === undefined || !directory.isAttached) continue;
      const handle = this.sys.openBeneath(root.handle, directory.path, true);
      if (handle < 0) {
        this.#everything = true;
        break;
      }
      for (const name of names) {
        if (this.sys.stat(handle, nameOf(name), this.#stats, 0) < 0) this.#everything = true;
      }
      this.sys.close(handle);
    }
    this.#written.clear();
  }

  /** A directory's watch does not tell of what is done to a file by a name elsewhere. */
  #lookAtLinks(
    directory: WatchedDirectory,
    handle: Handle,
    name: Name,
    hasAppeared: boolean,
  ): void {
    const { sys } = this;
    if (sys.stat(handle, name, this.#stats, 0) < 0) {
      this.#stats.mode[0] = 0;
      return;
    }
    const isOnly = this.#stats.links[0] === 1;
    if ((isOnly && !hasAppeared) || this.#stats.kind(0) !== Kind.File) return;
    const file = sys.openPath(handle, name);
    if (file < 0) return;
    const watch = this.inotify.add(file, FILE_EVENTS);
    sys.close(file);
    if (watch < 0) {
      if (isOnly) return; // as far as watches and rights go
      this.#lost = watch === -Errno.ENOSPC ? NO_WATCHES_LEFT : UNREADABLE_LINK;
      return;
    }
    const known = this.#watched.get(watch);
    if (known instanceof Set) known.add(directory);
    else this.#watched.set(watch, new Set([directory]));
    if (!isOnly) this.#latest.delete(watch);
    else if (known === undefined) this.#keepLatest(watch);
  }

  #keepLatest(watch: number): void {
    this.#latest.add(watch);
    const [oldest] = this.#latest;
    if (this.#latest.size <= LATEST_MAX || oldest === undefined) return;
    this.#latest.delete(oldest);
    this.#watched.delete(oldest);
    this.inotify.remove(oldest);
  }

  /** Takes a directory, and all below it, out of its tree. */
  #drop(directory: WatchedDirectory): void {
    for (const { watch } of directory.all()) {
      if (watch < 0) continue;
      this.#watched.delete(watch);
      this.inotify.remove(watch);
    }
    const { parent, name } = directory;
    if (parent?.children.get(name) === directory) parent.children.delete(name);
    if (parent !== undefined) this.#changed.add(parent);
    directory.parent = undefined;
  }

  #lookForMounts(): void {
    if (this.#lost !== undefined || !this.inotify.queue.mountsChanged()) return;
    try {
      for (const { path } of this.#roots.values()) refuseMountsBelow(this.sys, path);
    } catch (error) {
      this.#lost = error instanceof Error ? error.message : String(error);
    }
  }
}

function keepName(
  into: Map<WatchedDirectory, Set<string>>,
  directory: WatchedDirectory,
  name: string,
): void {
  const names = into.get(directory);
  if (names === undefined) into.set(directory, new Set([name]));
  else names.add(name);
}
