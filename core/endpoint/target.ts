import { displayPath } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import type { JobSource } from "../movers/job.ts";
import { Errno, errnoName, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { type DirectoryAt, isMissing, openAt, unreachable } from "./directory_at.ts";
import type { LocalPath } from "./local_path.ts";
import type { SourceFact } from "./source.ts";

const EMPTY: Name = new Uint8Array(1);

/** A destination as the user named it. */
export interface Target {
  /** The destination itself, taken for a directory. */
  readonly directory: DirectoryAt;
  /** The directory above it. */
  readonly parent: DirectoryAt;
  /** Its name in there; empty for a root. */
  readonly name: Name;
  /** It was written with a slash at the end: it can only be a directory. */
  readonly content: boolean;
  /** For sentences. */
  readonly text: string;
}

/** Where the entries of all sources go. */
export interface Placement {
  readonly into: DirectoryAt;
  /** What the one source that is no directory is called there, if not by its own name. */
  readonly as: Name | undefined;
}

/** What a job says of the end that it writes. */
export type DestinationHalf = Pick<
  JobSource,
  "destination" | "destinationBeneath" | "destinationShown" | "absent" | "fresh" | "prefix" | "as"
>;

/** What a destination path is before the run. */
type TargetState = "directory" | "missing" | "other";

/** A destination on this machine. */
export function localTarget({ path, parent, name, content, text }: LocalPath): Target {
  return { directory: { root: path }, parent: { root: parent }, name, content, text };
}

/**
 * Decides what goes where, by rsync's rule: a source that ends with a slash means its content,
 * else itself; the destination is a directory, unless one file goes to a name that is free or a
 * file. Writes nothing.
 *
 * @throws {TransferError} for what cannot work
 */
export function placeSources(
  sys: Sys,
  sources: readonly SourceFact[],
  target: Target,
): Placement {
  refuseTwins(sources);
  const state = targetState(sys, target);
  const renames = sources.length === 1 && sources[0]?.isDirectory === false && !target.content &&
    state !== "directory";
  if (renames) return { into: target.parent, as: target.name };
  if (state === "other") {
    throw new TransferError(
      "destination-not-directory",
      `"${target.text}" is not a directory, and ${
        sources.length > 1 ? "several sources need one" : "a directory is to go there"
      }.`,
      "usage",
    );
  }
  return { into: target.directory, as: undefined };
}

/** Names the directory that entries go to as a job does. It may still have to be made. */
export function destinationHalf(sys: Sys, placement: Placement, dryRun: boolean): DestinationHalf {
  const { into, as } = placement;
  const fresh = isMissing(sys, into);
  return {
    destination: into.root,
    ...(into.beneath === undefined ? {} : { destinationBeneath: into.beneath }),
    ...(into.shown === undefined ? {} : { destinationShown: into.shown }),
    absent: fresh && dryRun,
    fresh,
    prefix: EMPTY,
    ...(as === undefined ? {} : { as }),
  };
}

/** Where a job's source goes; undefined where that is not here. */
export function destinationAt(source: JobSource): DirectoryAt | undefined {
  const { destination: root, destinationBeneath: beneath, destinationShown: shown } = source;
  if (root === undefined) return undefined;
  return {
    root,
    ...(beneath === undefined ? {} : { beneath }),
    ...(shown === undefined ? {} : { shown }),
  };
}

/** Two sources of one name would fight for one place. */
function refuseTwins(sources: readonly SourceFact[]): void {
  const seen = new Map<string, SourceFact>();
  for (const source of sources) {
    if (source.content) continue;
    const key = displayPath(source.name);
    const twin = seen.get(key);
    if (twin !== undefined) {
      throw new TransferError(
        "sources-collide",
        `"${twin.text}" and "${source.text}" would both become "${key}" at the destination.`,
        "usage",
      );
    }
    seen.set(key, source);
  }
}

function targetState(sys: Sys, { directory, parent, name, text }: Target): TargetState {
  const opened = openAt(sys, directory);
  if (opened >= 0) {
    sys.close(opened);
    return "directory";
  }
  if (opened === -Errno.ENOTDIR) return "other";
  if (opened !== -Errno.ENOENT) {
    throw new TransferError(
      errnoName(-opened),
      `Cannot open the destination "${text}": ${unreachable(directory, opened)}.`,
    );
  }
  // A dangling symbolic link is something, though it cannot be opened.
  const above = openAt(sys, parent);
  if (above < 0) return "missing";
  const stats = new StatTable(1);
  const result = sys.stat(above, name, stats, 0);
  sys.close(above);
  if (result < 0) return "missing";
  // Another run may have made it since.
  return stats.kind(0) === Kind.Directory ? "directory" : "other";
}
