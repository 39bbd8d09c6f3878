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
  /** There is more than is told: it goes on faster than it can be heard, or it is not known where. */
  readonly more: boolean;
  /** Why these trees can be watched no longer, in a sentence. */
  readonly lost?: string;
}

/** What a watcher hears from. */
export type WatchedBy = "inotify" | "fanotify";

/** A directory in which something may have changed. */
export interface ChangedDirectory {
  readonly tree: number;
  readonly path: Name;
}

/**
 * Whatever tells of changes in trees: inotify and fanotify on Linux. FSEvents would fill it on
 * macOS and the USN journal on Windows (docs/decisions/0015).
 *
 * What each must keep, since `clean` is said on its word:
 *
 * - **Nothing is late.** A change whose system call has returned before `drain` is called is in
 *   what that call gives, if it is of a kind that docs/watch.md promises. FSEvents hands its events
 *   over with a delay: there `drain` begins with `FSEventStreamFlushSync`. The USN journal is read
 *   up to the end that it had when `drain` was called.
 * - **Nothing is lost in silence.** Whatever may have been left out, for want of room in a queue or
 *   because a journal has wrapped, is an `overflow`. A watcher that is not sure says so.
 * - **Nothing comes in unseen.** What a directory holds that was renamed into a tree, or was made
 *   before anybody watched it, is told of with it, all the way down.
 * - **Places are as they are now.** A path is where the directory lies when `drain` returns, or
 *   where nothing is: then the change is told of the directory above too.
 * - **More than has changed may be told, never less.** Directories suffice. A kind of change that
 *   cannot be told apart (one for the whole tree, one by a name outside) is `more`.
 * - **It says when it can go on no longer** (`lost`): a tree was moved, removed or unmounted, or
 *   something was mounted in it.
 * - It refuses what it does not hear of: file systems that others change, too.
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
  /** What tells it. */
  readonly by: WatchedBy;
  /** How many directories have a watch; undefined where there is one for all. */
  readonly directories: number | undefined;
  /** Waits until there may be something to drain, `wake` is called, or the time is over. */
  wait(timeoutMs: number): Promise<void>;
  /** Ends `wait`. */
  wake(): void;
  /** Stops watching. */
  end(): void;
}
