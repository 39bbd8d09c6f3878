import type { FilterSpec } from "../filter/spec.ts";
import type { CompareRules } from "../plan/mod.ts";
import type { Name } from "../sys/mod.ts";
import type { Work } from "../transfer/options.ts";

/**
 * One source of a job and where it goes. Both are directories that movers open by themselves; in
 * a remote transfer one of them is not here.
 */
export interface JobSource {
  /** The directory whose entries are transferred, absolute; links in it are followed. */
  readonly root: Name | undefined;
  /** If given, it is this one beneath `root`, which is reached without following links. */
  readonly rootBeneath?: Name;
  /** What failures call it, if not by its path. */
  readonly rootShown?: Name;
  /** The directory they go to, absolute; links in it are followed. */
  readonly destination: Name | undefined;
  /** If given, it is this one beneath `destination`, which is reached without following links. */
  readonly destinationBeneath?: Name;
  /** What failures call it, if not by its path. */
  readonly destinationShown?: Name;
  /** The destination directory does not exist (a dry run; else it has been made). */
  readonly absent: boolean;
  /** The destination directory has just been made: it is empty. */
  readonly fresh: boolean;
  /** Path of `destination` relative to the destination that the user named: begins every path in events. */
  readonly prefix: Name;
  /** The one entry of `root` that is meant, if the source is not a directory's content. */
  readonly only?: Name;
  /** What that entry is called at the destination. */
  readonly as?: Name;
}

/** What a directory's privacy is made of. */
export interface Likeness {
  readonly mode: number;
  readonly gid: number;
}

/** Everything a mover must know; plain data, sent to each Worker once. */
export interface Job {
  readonly verb: Work;
  readonly backend: "linux" | "portable" | undefined;
  readonly sources: readonly JobSource[];
  readonly dryRun: boolean;
  readonly rules: CompareRules;
  readonly filter: FilterSpec | undefined;
  /** Seconds since 1970 that ages are measured from. */
  readonly nowSeconds: number;
  readonly xattrs: boolean;
  readonly acls: boolean;
  /** New small files go through a temporary as well: a half-written one would be taken for whole. */
  readonly temporaries: boolean;
  /** Extras are looked for. */
  readonly extras: boolean;
  /** Each file is synced by itself (durable, on a backend without syncfs). */
  readonly syncFiles: boolean;
  readonly durable: boolean;
  /** Where overwritten and deleted entries go, absolute; links in it are followed. */
  readonly backup: Name | undefined;
  /** If given, it is this one beneath `backup`, which is reached without following links. */
  readonly backupBeneath?: Name;
  /** The same relative to the user's destination, as a key, if it lies in it: it is no extra. */
  readonly backupInside: string | undefined;
  /** How the destination is, if backups go to a directory that is yet to be made in it. */
  readonly backupLike?: Likeness;
  readonly reportEntries: boolean;
  /** What is learnt of mounts is kept for later runs. */
  readonly keepsMounts?: true;
  /** Large files that are cut off stay, and the next run goes on with what is there of them. */
  readonly resume?: Resume;
  /** What differs of changed large files may be sent alone; of runs between machines. */
  readonly deltas?: Deltas;
  /**
   * Calls may not come back: a root lies on, or holds, a file system that may hang. Then movers
   * keep nothing to themselves that another could do.
   */
  readonly mayHang?: boolean;
}

/** What is known of sending differences before the run. */
export interface Deltas {
  /** Bytes a second that the link is expected to carry; undefined where nobody knows. */
  readonly linkRate: number | undefined;
}

/** What a run that goes on where another was cut off has to know. */
export interface Resume {
  /** What tells this start of the machine from others, or "" where that cannot be told. */
  readonly boot: string;
}
