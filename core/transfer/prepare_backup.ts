import { type DirectoryAt, openAt, unreachable } from "../endpoint/directory_at.ts";
import { parseLocalPath } from "../endpoint/mod.ts";
import { displayPath } from "../entry/display.ts";
import { joinPath, pathKey, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { Job } from "../movers/job.ts";
import { makeBackupRoot } from "../movers/make_alike.ts";
import { type Name, type Result, type Sys } from "../sys/mod.ts";
import { TransferError } from "./failure.ts";

/** What a job says of its backup directory. */
export type BackupHalf = Pick<Job, "backup" | "backupBeneath" | "backupInside">;

/** A backup directory that was found, and its path relative to the destination if it is in it. */
interface Found {
  readonly at: DirectoryAt;
  readonly inside: string | undefined;
}

const SLASH = 47;
const DOT = 46;
const EMPTY: Name = new Uint8Array(1);

/**
 * Finds the backup directory, relative to the destination unless absolute, makes it (not in a dry
 * run), and says which path of the destination must not be taken for an extra because it is that.
 * Where the destination lies beneath a held root, so must the backup directory.
 *
 * @throws {TransferError} for one that cannot be used
 */
export function prepareBackup(
  sys: Sys,
  given: Uint8Array,
  destination: DirectoryAt,
  dryRun: boolean,
): BackupHalf {
  if (given.length === 0) {
    throw new TransferError("path-empty", "The backup directory's path is empty.", "usage");
  }
  const text = displayPath(given);
  const { at, inside } = destination.beneath === undefined
    ? findAnywhere(given, destination.root)
    : findBeneath(given, destination.root, destination.beneath);
  if (inside === "") {
    throw new TransferError(
      "backup-is-destination",
      `The backup directory "${text}" is the destination itself.`,
      "usage",
    );
  }
  if (!dryRun) makeBackup(sys, at, text, destination);
  return {
    backup: at.root,
    ...(at.beneath === undefined ? {} : { backupBeneath: at.beneath }),
    backupInside: inside,
  };
}

function findAnywhere(given: Uint8Array, destination: Name): Found {
  const absolute = given[0] === SLASH ? given : trimNul(joinPath(destination, given));
  const { path } = parseLocalPath(absolute);
  return { at: { root: path }, inside: keyInside(pathKey(destination), pathKey(path)) };
}

/** `..` is undone by its text: there are no links on the way. */
function findBeneath(given: Uint8Array, root: Name, destination: Name): Found {
  if (given[0] === SLASH) throw outside(given);
  const components: Name[] = [];
  for (const component of split(trimNul(joinPath(destination, given)))) {
    const isDots = component.length <= 2 && component.every((byte) => byte === DOT);
    if (!isDots) components.push(component);
    else if (component.length === 2 && components.pop() === undefined) throw outside(given);
  }
  const beneath = components.reduce<Name>((path, component) => joinPath(path, component), EMPTY);
  return { at: { root, beneath }, inside: keyInside(pathKey(destination), pathKey(beneath)) };
}

function outside(given: Uint8Array): TransferError {
  return new TransferError(
    "backup-outside",
    `The backup directory "${displayPath(given)}" lies outside of what the server exports: ` +
      "name one relative to the destination.",
    "usage",
  );
}

function split(path: Uint8Array): Name[] {
  const components: Name[] = [];
  for (let start = 0; start <= path.length;) {
    const slash = path.indexOf(SLASH, start);
    const end = slash < 0 ? path.length : slash;
    components.push(path.slice(start, end));
    start = end + 1;
  }
  return components;
}

/** What of `inner` is beneath `outer`: "" for the same, undefined where it is elsewhere. */
function keyInside(outer: string, inner: string): string | undefined {
  if (inner === outer) return "";
  const start = outer === "" ? "" : `${outer}/`;
  return inner.startsWith(start) ? inner.slice(start.length) : undefined;
}

function makeBackup(sys: Sys, at: DirectoryAt, text: string, destination: DirectoryAt): void {
  const made = makeAt(sys, at, destination);
  if (made < 0) {
    throw new TransferError(
      "backup-unusable",
      `Cannot create the backup directory "${text}": ${unreachable(at, made)}.`,
    );
  }
  const [one, other] = [deviceOf(sys, made), deviceOf(sys, openAt(sys, destination))];
  if (one !== undefined && other !== undefined && one !== other) {
    throw new TransferError(
      "backup-elsewhere",
      `The backup directory "${text}" is on another file system than the destination; ` +
        "entries are renamed into it, so it must be on the same one.",
      "usage",
    );
  }
}

function makeAt(sys: Sys, { root, beneath }: DirectoryAt, destination: DirectoryAt): Result {
  const original = openAt(sys, destination);
  const made = makeBackupRoot(sys, root, beneath, original);
  if (original >= 0) sys.close(original);
  return made;
}

function deviceOf(sys: Sys, opened: Result): string | undefined {
  const stats = new StatTable(1);
  const result = opened < 0 ? opened : sys.statHandle(opened, stats, 0);
  if (opened >= 0) sys.close(opened);
  return result < 0 ? undefined : `${stats.deviceMajor[0]}:${stats.deviceMinor[0]}`;
}
