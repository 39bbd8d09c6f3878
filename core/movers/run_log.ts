import type { Name } from "../sys/mod.ts";

/** Named entries of one directory, put off to a later phase. */
export interface LoggedEntries {
  readonly source: number;
  readonly path: Name;
  /** Packed names. */
  readonly names: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/** Extras of one directory that are not directories. */
export interface LoggedExtras extends LoggedEntries {
  /** Whoever deletes them sets the directory's own metadata: nothing else is to be done in it. */
  readonly finishes: boolean;
}

/** A directory, named for a later phase. */
export interface LoggedDirectory {
  readonly source: number;
  readonly path: Name;
}

/** Non-directories with more than one link, put off until all of them are known. */
export interface LoggedLinks extends LoggedEntries {
  /** Per name: device major and minor, inode low and high. */
  readonly inodes: Uint32Array<ArrayBuffer>;
  /** Per name: 1 if it is the same at the destination. */
  readonly same: Uint8Array<ArrayBuffer>;
  /** Per name that is: the destination's inode, like `inodes`. */
  readonly there: Uint32Array<ArrayBuffer>;
  /** The destination directory does not exist (dry run). */
  readonly absent: boolean;
}

/** One name of an inode: a directory and a name in it, both NUL-terminated. */
export interface LinkName {
  readonly path: Name;
  readonly name: Name;
  /** What it is at the source. */
  readonly kind: number;
  /** The destination directory does not exist (dry run). */
  readonly absent: boolean;
}

/** Names that are to be one inode. */
export interface LinkGroup {
  /** A further one that has been delivered: the others become links to it. */
  readonly leader: LinkName | undefined;
  readonly names: readonly LinkName[];
}

/** Gives the names that are to be one inode with a name of a source, or undefined if not known. */
export type GroupOf = (source: number, path: Name, name: Name) => readonly LinkName[] | undefined;

/** A group of hard links, put off. */
export interface LoggedGroup extends LinkGroup {
  readonly source: number;
}

/**
 * What a mover puts off: the main thread gathers it when a phase is over. Names are kept packed,
 * a directory's together, so that a million of them stay small.
 */
export interface RunLog {
  /** Hard links, delivered when every name of every inode is known. */
  readonly links: LoggedLinks[];
  /** Entries that a directory of extras keeps from their place. */
  readonly blocked: LoggedEntries[];
  /** Hard links that directories of extras keep from their place. */
  readonly blockedLinks: LoggedGroup[];
  /** Extras that are not directories. */
  readonly extras: LoggedExtras[];
  /**
   * Directories of one directory that hold files alone, all extras: the name of each, and then those
   * of its files.
   */
  readonly leaves: LoggedEntries[];
  /** Other directories of extras by the directories they are in, removed when they are empty. */
  readonly extraDirectories: LoggedEntries[];
  /**
   * Directories in which something stays: of extras, what filters leave out, or backups; in the
   * plan of a move, what would not be removed.
   */
  readonly kept: LoggedDirectory[];
  /** Directories whose metadata must be set at the end. */
  readonly unfinished: LoggedDirectory[];
  /** Source directories to be removed (move). */
  readonly emptied: LoggedDirectory[];
  /** One directory on each destination file system that was written to (durable). */
  readonly written: Map<string, LoggedDirectory>;
}

/** An empty log. */
export function newLog(): RunLog {
  return {
    links: [],
    blocked: [],
    blockedLinks: [],
    extras: [],
    leaves: [],
    extraDirectories: [],
    kept: [],
    unfinished: [],
    emptied: [],
    written: new Map(),
  };
}

/** Adds what `from` holds to `into`. */
export function gather(into: RunLog, from: RunLog): void {
  append(into.links, from.links);
  append(into.blocked, from.blocked);
  append(into.blockedLinks, from.blockedLinks);
  append(into.extras, from.extras);
  append(into.leaves, from.leaves);
  append(into.extraDirectories, from.extraDirectories);
  append(into.kept, from.kept);
  append(into.unfinished, from.unfinished);
  append(into.emptied, from.emptied);
  for (const [key, directory] of from.written) into.written.set(key, directory);
}

// A spread of a million arguments would overflow the stack.
function append<T>(into: T[], from: readonly T[]): void {
  for (const item of from) into.push(item);
}
