import { Kind } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import type { JobSource } from "../movers/job.ts";
import { Errno, errnoName, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { type DirectoryAt, openAt, unreachable } from "./directory_at.ts";
import type { LocalPath } from "./local_path.ts";

/** A source as the user named it. */
export interface NamedSource {
  /** The directory whose entries are transferred. */
  readonly directory: DirectoryAt;
  /** The one entry that is meant; undefined where it is the directory's content. */
  readonly only: Name | undefined;
  /** The last component of its path; may be empty where its content is meant. */
  readonly name: Name;
  /** For sentences. */
  readonly text: string;
}

/** What must be known of a source to tell where its entries go. */
export interface SourceFact {
  /** What it is called at the destination; with or without a NUL. */
  readonly name: Name;
  /** Its content is meant, not itself. */
  readonly content: boolean;
  /** It is a directory. */
  readonly isDirectory: boolean;
  /** For sentences. */
  readonly text: string;
}

/** What a job says of the end that it reads. */
export type SourceHalf = Pick<JobSource, "root" | "rootBeneath" | "rootShown" | "only">;

/** A source on this machine. */
export function localSource({ path, parent, name, content, text }: LocalPath): NamedSource {
  return {
    directory: { root: content ? path : parent },
    only: content ? undefined : name,
    name,
    text,
  };
}

/**
 * Looks at a source. A symbolic link that is meant itself is one.
 *
 * @throws {TransferError} when it is not there or cannot be reached
 */
export function findSource(sys: Sys, source: NamedSource): SourceFact {
  const { directory, only, name, text } = source;
  const stats = new StatTable(1);
  const opened = openAt(sys, directory);
  let result = opened;
  if (opened >= 0) {
    result = only === undefined
      ? sys.statHandle(opened, stats, 0)
      : sys.stat(opened, only, stats, 0);
    sys.close(opened);
  }
  if (result >= 0) {
    return {
      name,
      content: only === undefined,
      isDirectory: stats.kind(0) === Kind.Directory,
      text,
    };
  }
  if (result === -Errno.ENOENT) {
    throw new TransferError("source-missing", `The source "${text}" does not exist.`);
  }
  throw new TransferError(
    errnoName(-result),
    `Cannot open the source "${text}": ${unreachable(directory, result)}.`,
  );
}

/** A source as a job names it. */
export function sourceHalf({ directory, only }: NamedSource): SourceHalf {
  const { root, beneath, shown } = directory;
  return {
    root,
    ...(beneath === undefined ? {} : { rootBeneath: beneath }),
    ...(shown === undefined ? {} : { rootShown: shown }),
    ...(only === undefined ? {} : { only }),
  };
}
