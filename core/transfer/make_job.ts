import type { LocalPath } from "../endpoint/mod.ts";
import { parseLocalPath, pathBytes } from "../endpoint/mod.ts";
import { displayPath } from "../entry/display.ts";
import { joinPath, pathKey, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { FilterSpec } from "../filter/spec.ts";
import type { Job, JobSource } from "../movers/job.ts";
import { makeRoot } from "../movers/open_root.ts";
import { errnoWords, type Name, type Result, type Sys } from "../sys/mod.ts";
import { TransferError } from "./failure.ts";
import type { TransferOptions, Verb } from "./options.ts";

/**
 * Turns options into the job that movers work on.
 *
 * @throws {TransferError} `usage` for options that do not go together or this system cannot honour
 */
export function makeJob(
  sys: Sys,
  verb: Verb,
  options: TransferOptions,
  sources: readonly JobSource[],
  destination: LocalPath,
  filter: FilterSpec | undefined,
): Job {
  const { identity, capabilities } = sys;
  const compare = options.compare ?? "size-mtime";
  const ignoreExisting = options.ignoreExisting ?? false;
  const update = options.update ?? false;
  if ((options.xattrs || options.acls) && !capabilities.xattrs) {
    throw new TransferError(
      "no-xattrs",
      "Extended attributes and ACLs cannot be kept: the portable backend does not reach them.",
      "usage",
    );
  }
  if (verb === "mirror" && options.filter?.filesFrom !== undefined) {
    throw new TransferError(
      "mirror-files-from",
      "mirror takes no list of files: what is missing from the list would be deleted. Use copy.",
      "usage",
    );
  }
  const backup = options.backupDir === undefined
    ? undefined
    : prepareBackup(sys, options, destination);
  const isRoot = identity.uid === 0 && capabilities.owners;
  return {
    verb,
    backend: sys.name,
    sources,
    dryRun: options.dryRun ?? false,
    rules: {
      mode: compare,
      ignoreExisting,
      update,
      owners: isRoot,
      groupSet: isRoot ? "all" : capabilities.owners ? identity.groups : new Set<number>(),
    },
    filter,
    nowSeconds: Date.now() / 1000,
    xattrs: options.xattrs ?? false,
    acls: options.acls ?? false,
    temporaries: ignoreExisting || update || compare === "size",
    extras: verb === "mirror",
    syncFiles: (options.durable ?? false) && sys.name === "portable",
    durable: options.durable ?? false,
    backup: backup?.path,
    backupInside: backup?.inside,
    reportEntries: options.reportEntries ?? false,
  };
}

/**
 * Finds the backup directory (relative to the destination unless absolute), makes it, and says
 * which path of the destination must not be taken for an extra because it is that.
 */
function prepareBackup(
  sys: Sys,
  options: TransferOptions,
  destination: LocalPath,
): { readonly path: Name; readonly inside: string | undefined } {
  const bytes = pathBytes(options.backupDir ?? "");
  const given = displayPath(bytes);
  if (bytes.length === 0) {
    throw new TransferError("path-empty", "The backup directory's path is empty.", "usage");
  }
  const path = parseLocalPath(
    bytes[0] === 47 ? bytes : trimNul(joinPath(destination.path, bytes)),
  ).path;
  const inside = pathKey(destination.path) + "/";
  const key = pathKey(path);
  if (key === pathKey(destination.path)) {
    throw new TransferError(
      "backup-is-destination",
      `The backup directory "${given}" is the destination itself.`,
      "usage",
    );
  }
  if (!options.dryRun) makeBackup(sys, path, given, destination);
  return { path, inside: key.startsWith(inside) ? key.slice(inside.length) : undefined };
}

function makeBackup(sys: Sys, path: Name, given: string, destination: LocalPath): void {
  const made = makeRoot(sys, path);
  if (made < 0) {
    throw new TransferError(
      "backup-unusable",
      `Cannot create the backup directory "${given}": ${errnoWords(-made)}.`,
    );
  }
  const [one, other] = [deviceOf(sys, made), deviceOf(sys, sys.openRoot(destination.path))];
  if (one !== undefined && other !== undefined && one !== other) {
    throw new TransferError(
      "backup-elsewhere",
      `The backup directory "${given}" is on another file system than the destination; ` +
        "entries are renamed into it, so it must be on the same one.",
      "usage",
    );
  }
}

function deviceOf(sys: Sys, opened: Result): string | undefined {
  const stats = new StatTable(1);
  const result = opened < 0 ? opened : sys.statHandle(opened, stats, 0);
  if (opened >= 0) sys.close(opened);
  return result < 0 ? undefined : `${stats.deviceMajor[0]}:${stats.deviceMinor[0]}`;
}
