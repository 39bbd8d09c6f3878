import type { KindWord } from "../entry/kind.ts";
import type { FailureEvent } from "../transfer/events.ts";

/** One entry of a tree, as `list` and `find` give it. */
export interface ListedEntry {
  /** Tells it from a failure. */
  readonly type: "entry";
  /**
   * Relative to the endpoint asked for, with `/` between components and no NUL; empty for the
   * endpoint itself.
   */
  readonly path: Uint8Array<ArrayBuffer>;
  /** What it is; a link is not followed. */
  readonly kind: KindWord;
  /** Size in bytes, as stat(2) tells it. */
  readonly size: number;
  /** Bytes that it takes on its disk. */
  readonly allocated: number;
  /** Modification time: whole seconds since 1970, may be negative. */
  readonly mtimeSeconds: number;
  /** Nanoseconds within the second, 0 to 999,999,999. */
  readonly mtimeNanoseconds: number;
  /** Permission bits, setuid, setgid and sticky included: 0 to 0o7777. */
  readonly mode: number;
  /** Owner's user id. */
  readonly uid: number;
  /** Owner's group id. */
  readonly gid: number;
  /** Hard links. */
  readonly links: number;
  /** Where a symbolic link points; only for links, and only where asked for. */
  readonly target?: Uint8Array<ArrayBuffer>;
  /** BLAKE3 of a regular file's content, 32 bytes; only where asked for, and if it can be read. */
  readonly hash?: Uint8Array<ArrayBuffer>;
}

/** How much a directory holds, as `du` gives it: after everything below it. */
export interface UsageRow {
  /** Tells it from a failure. */
  readonly type: "usage";
  /** Relative to the endpoint asked for; empty for the endpoint itself, which comes last. */
  readonly path: Uint8Array<ArrayBuffer>;
  /** Sum of sizes in bytes, directories' own included; an inode with several links counts once. */
  readonly size: number;
  /** Sum of bytes taken on disk; an inode with several links counts once. */
  readonly allocated: number;
  /** Entries counted, itself included. */
  readonly entries: number;
}

/** How full a file system is, as `df` gives it. Bytes. */
export interface FilesystemRow {
  /** The file system's type as the kernel names it, such as `"ext4"`; `"unknown"` if it does not. */
  readonly filesystem: string;
  /** All that it can hold. */
  readonly size: number;
  /** What it holds; what is kept for root is neither used nor available. */
  readonly used: number;
  /** What somebody without privileges can still write. */
  readonly available: number;
  /** Inodes; 0 where the file system does not count them. */
  readonly inodes: number;
  /** Inodes that are used. */
  readonly inodesUsed: number;
  /** It cannot be written to: mounted read-only, or exported so. */
  readonly readOnly: boolean;
}

/** What `remove` did with one entry, or would do in a dry run. */
export interface RemovedEntry {
  /** Tells it from a failure. */
  readonly type: "removed";
  /** Which of the endpoints it was, or was below, counted from 0. */
  readonly endpoint: number;
  /** Relative to the endpoint that was named; empty for what was named itself. */
  readonly path: Uint8Array<ArrayBuffer>;
  /** What it was; a link is not followed. */
  readonly kind: KindWord;
  /** Bytes that its file held; 0 for what is no file. */
  readonly size: number;
}

/** Something below the endpoint that could not be looked at or removed; the rest goes on. */
export type ListingFailure = FailureEvent;

/** How `list` lists. */
export interface ListOptions {
  /** Everything below, not only what the directory holds. */
  readonly recursive?: boolean;
  /** Read where symbolic links point. */
  readonly targets?: boolean;
  /** Hash what files hold. */
  readonly hashes?: boolean;
  /** Stats are not needed: size, times, owners and links may be 0 then. */
  readonly pathsOnly?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** What `find` looks for: entries for which everything given holds. As GNU find where it says so. */
export interface FindOptions {
  /** Shell patterns for the last component, one of which must match (`-name`). */
  readonly names?: readonly (string | Uint8Array<ArrayBuffer>)[];
  /** Shell patterns for the path relative to the endpoint; `*` matches slashes too (`-path`). */
  readonly paths?: readonly (string | Uint8Array<ArrayBuffer>)[];
  /** A regular expression of JavaScript, found anywhere in the path relative to the endpoint. */
  readonly regex?: string;
  /** Upper and lower case are the same, in patterns and expression. */
  readonly ignoreCase?: boolean;
  /** Kinds, one of which it must be. */
  readonly kinds?: readonly KindWord[];
  /** Least size in bytes, of files; other kinds are then left out. */
  readonly minSize?: number;
  /** Greatest size in bytes, of files; other kinds are then left out. */
  readonly maxSize?: number;
  /** Changed at least this long ago, in seconds. */
  readonly minAge?: number;
  /** Changed at most this long ago, in seconds. */
  readonly maxAge?: number;
  /** How far down: 0 is the endpoint itself. */
  readonly maxDepth?: number;
  /** Ends after this many. */
  readonly limit?: number;
  /** Read where symbolic links point. */
  readonly targets?: boolean;
  /** Stats of what is found are not needed: size, times, owners and links may be 0 then. */
  readonly pathsOnly?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** How `du` counts. */
export interface UsageOptions {
  /** Rows for directories down to this depth; 0 gives the endpoint alone. Unless told: all. */
  readonly maxDepth?: number;
  /** Rows for files too. */
  readonly all?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}
