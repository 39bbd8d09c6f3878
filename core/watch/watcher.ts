import type { Name } from "../sys/mod.ts";

/** What has happened in the watched trees since this was asked last. */
export interface Changes {
  /**
   * Directories in which something may have changed, or that have: a tree's number and the path
   * relative to its root, NUL-terminated. All below a directory that is new is in the list too.
   */
  readonly directories: readonly ChangedDirectory[];
  /** Events were lost: anything may have changed anywhere. */
  readonly overflow: boolean;
  /** It still goes on, faster than it can be heard: there is more than is told. */
  readonly more: boolean;
  /** Why these trees can be watched no longer, in a sentence. */
  readonly lost?: string;
}

/** A directory in which something may have changed. */
export interface ChangedDirectory {
  readonly tree: number;
  readonly path: Name;
}

/**
 * Whatever tells of changes in trees: inotify on Linux. FSEvents would fill it on macOS and the
 * USN journal on Windows (docs/decisions/0015).
 *
 * What it must keep: a change whose system call has returned before `drain` is called is in what
 * that call gives, if it is of a kind that docs/watch.md promises.
 */
export interface TreeWatcher {
  /**
   * Begins to watch a tree, all of it, before anybody has looked at what it holds.
   *
   * @throws {TransferError} if that cannot be done
   */
  add(tree: number, root: Name): void;
  /** Everything that has been heard by now. */
  drain(): Changes;
  /** Whether a directory stands in a tree, as far as has been heard. */
  has(tree: number, path: Name): boolean;
  /** How many directories are watched. */
  readonly directories: number;
  /** Waits until there may be something to drain, `wake` is called, or the time is over. */
  wait(timeoutMs: number): Promise<void>;
  /** Ends `wait`. */
  wake(): void;
  /** Stops watching. */
  end(): void;
}
