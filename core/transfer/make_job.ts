import { nameOf } from "../entry/display.ts";
import { pathBytes } from "../endpoint/mod.ts";
import { destinationAt } from "../endpoint/target.ts";
import type { FilterSpec } from "../filter/spec.ts";
import type { Deltas, Job, JobSource } from "../movers/job.ts";
import type { Sys } from "../sys/mod.ts";
import { TransferError } from "./failure.ts";
import type { CompareMode, TransferOptions, Work } from "./options.ts";
import { type BackupHalf, prepareBackup } from "./prepare_backup.ts";

/** What a job is made of besides its sources: options, all of them said. */
export interface JobOptions {
  readonly dryRun: boolean;
  readonly compare: CompareMode;
  readonly ignoreExisting: boolean;
  readonly update: boolean;
  readonly xattrs: boolean;
  readonly acls: boolean;
  readonly durable: boolean;
  readonly reportEntries: boolean;
  readonly resume: boolean;
  /** What is learnt of mounts is kept for later runs. */
  readonly keepsMounts?: boolean;
  /** Between machines, if both ends know of differences. */
  readonly deltas?: Deltas | undefined;
  /** The path as the user gave it. */
  readonly backupDir: Uint8Array | undefined;
  readonly filter: FilterSpec | undefined;
  /** Seconds since 1970 that ages are measured from. */
  readonly nowSeconds: number;
}

/**
 * Turns options into the job that movers work on, and writes nothing: `makeDirectories` comes after
 * it. Whose half of the destination a source lacks, as at the end that only reads, looks for no
 * extras and makes no backups.
 *
 * @throws {TransferError} `usage` for options that do not go together or this system cannot honour
 */
export function makeJob(
  sys: Sys,
  verb: Work,
  options: JobOptions,
  sources: readonly JobSource[],
): Job {
  const { identity, capabilities } = sys;
  const { compare, ignoreExisting, update, filter, durable } = options;
  if ((options.xattrs || options.acls) && !capabilities.xattrs) {
    throw new TransferError(
      "no-xattrs",
      "Extended attributes and ACLs cannot be kept: the portable backend does not reach them.",
      "usage",
    );
  }
  if (verb === "mirror" && filter?.files !== undefined) {
    throw new TransferError(
      "mirror-files-from",
      "mirror takes no list of files: what is missing from the list would be deleted. Use copy.",
      "usage",
    );
  }
  const isRoot = identity.uid === 0 && capabilities.owners;
  return {
    verb,
    backend: sys.name,
    sources,
    dryRun: options.dryRun,
    rules: {
      mode: compare,
      ignoreExisting,
      update,
      owners: isRoot,
      groupSet: isRoot ? "all" : capabilities.owners ? identity.groups : new Set<number>(),
    },
    filter,
    nowSeconds: options.nowSeconds,
    xattrs: options.xattrs,
    acls: options.acls,
    temporaries: ignoreExisting || update || compare === "size",
    // What is not on a list of files was not looked for.
    extras: (verb === "mirror" || (verb === "check" && filter?.files === undefined)) &&
      sources.some(({ destination }) => destination !== undefined),
    syncFiles: durable && sys.name === "portable",
    durable,
    ...backupHalf(sys, options, sources),
    reportEntries: options.reportEntries,
    ...(options.keepsMounts === true ? { keepsMounts: true } : {}),
    ...(options.resume && !options.dryRun ? { resume: { boot: bootId(sys) } } : {}),
    ...(options.deltas !== undefined && !options.dryRun ? { deltas: options.deltas } : {}),
  };
}

/** What a user's options say of a job; those that were left out as they are by default. */
export function jobOptions(options: TransferOptions, filter: FilterSpec | undefined): JobOptions {
  const { backupDir } = options;
  return {
    dryRun: options.dryRun ?? false,
    compare: options.compare ?? "size-mtime",
    ignoreExisting: options.ignoreExisting ?? false,
    update: options.update ?? false,
    xattrs: options.xattrs ?? false,
    acls: options.acls ?? false,
    durable: options.durable ?? false,
    reportEntries: options.reportEntries ?? false,
    resume: options.resume ?? false,
    keepsMounts: options.useHistory ?? false,
    backupDir: backupDir === undefined ? undefined : pathBytes(backupDir),
    filter,
    nowSeconds: Date.now() / 1000,
  };
}

/** The id of this start of the machine (random(4)), or "" where there is none. */
function bootId(sys: Sys): string {
  if (sys.name !== "linux") return "";
  const directory = sys.openRoot(nameOf("/proc/sys/kernel/random"));
  const file = directory < 0 ? directory : sys.openRead(directory, nameOf("boot_id"));
  const bytes = new Uint8Array(64);
  const got = file < 0 ? 0 : sys.read(file, bytes, bytes.length);
  for (const handle of [file, directory]) if (handle >= 0) sys.close(handle);
  const text = new TextDecoder().decode(bytes.subarray(0, Math.max(got, 0))).trim();
  return /^[0-9a-f-]{36}$/.test(text) ? text : "";
}

/** All sources go to one directory, so the first tells where backups begin. */
function backupHalf(
  sys: Sys,
  { backupDir, filter }: JobOptions,
  sources: readonly JobSource[],
): BackupHalf {
  const [source] = sources;
  const destination = source === undefined ? undefined : destinationAt(source);
  if (backupDir === undefined || destination === undefined) {
    return { backup: undefined, backupInside: undefined };
  }
  // What filters leave out of a source may hold the destination too.
  const isFiltered = (filter?.rules.length ?? 0) > 0;
  return prepareBackup(sys, backupDir, destination, isFiltered ? [] : sources);
}
