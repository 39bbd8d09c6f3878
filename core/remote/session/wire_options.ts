import { pathBytes } from "../../endpoint/mod.ts";
import type { FilterSpec } from "../../filter/spec.ts";
import { Compare, type Options, Verb as WireVerb } from "../../../proto/generated/blit.ts";
import type { JobOptions } from "../../transfer/make_job.ts";
import type { CompareMode, TransferOptions, Work } from "../../transfer/options.ts";
import { SessionError } from "./session_error.ts";
import { filterFromWire, filterToWire } from "./wire_filter.ts";

/** What both ends of a session know of the user's options. */
export interface SessionOptions extends JobOptions {
  readonly forceDelete: boolean;
  /** The client answers when it is asked whether extras may go. */
  readonly canConfirm: boolean;
}

/** The longest path that a system call takes (PATH_MAX, limits.h). */
const PATH_BYTES = 4096;

const COMPARES: ReadonlyMap<Compare, CompareMode> = new Map([
  [Compare.SIZE_MTIME, "size-mtime"],
  [Compare.CHECKSUM, "checksum"],
  [Compare.SIZE, "size"],
  [Compare.ALWAYS, "always"],
]);

const VERBS: ReadonlyMap<WireVerb, Work> = new Map([
  [WireVerb.COPY, "copy"],
  [WireVerb.MIRROR, "mirror"],
  [WireVerb.MOVE, "move"],
  [WireVerb.CHECK, "check"],
]);

/** A user's options as a client sends them. */
export function optionsToWire(
  options: TransferOptions,
  filter: FilterSpec | undefined,
  nowSeconds: number,
  linkRate?: number,
): Options {
  const { backupDir } = options;
  return {
    dryRun: options.dryRun ?? false,
    compare: keyOf(COMPARES, options.compare ?? "size-mtime"),
    ignoreExisting: options.ignoreExisting ?? false,
    update: options.update ?? false,
    xattrs: options.xattrs ?? false,
    acls: options.acls ?? false,
    durable: options.durable ?? false,
    forceDelete: options.forceDelete ?? false,
    reportEntries: options.reportEntries ?? false,
    ...(backupDir === undefined ? {} : { backupDir: pathBytes(backupDir) }),
    filter: filter === undefined ? undefined : filterToWire(filter),
    canConfirm: options.confirm !== undefined,
    nowSeconds,
    resume: options.resume ?? false,
    linkRate: linkRate ?? 0,
  };
}

/**
 * Options as they came from a client, checked. Of a client that does not know of differences
 * nothing is taken that needs them.
 *
 * @throws {SessionError} `options` or `filter` for what no client of this version sends
 */
export function optionsFromWire(wire: Options, differences: boolean): SessionOptions {
  const { dryRun, ignoreExisting, update, xattrs, acls, durable, forceDelete } = wire;
  const { backupDir, filter, reportEntries, canConfirm, nowSeconds, resume, linkRate } = wire;
  const compare = COMPARES.get(wire.compare);
  if (compare === undefined) {
    throw new SessionError(
      "options",
      `There is no way to compare with the number ${wire.compare}.`,
    );
  }
  if (!Number.isFinite(nowSeconds)) {
    throw new SessionError("options", `${nowSeconds} is not a time to measure ages from.`);
  }
  if (!(linkRate >= 0)) {
    throw new SessionError("options", `${linkRate} is not a rate that a link can have.`);
  }
  if (backupDir !== undefined && (backupDir.length > PATH_BYTES || backupDir.includes(0))) {
    throw new SessionError(
      "options",
      `The backup directory's path holds a NUL byte, or more than ${PATH_BYTES} bytes.`,
      64,
    );
  }
  return {
    dryRun,
    compare,
    ignoreExisting,
    update,
    xattrs,
    acls,
    durable,
    forceDelete,
    reportEntries,
    backupDir: backupDir === undefined ? undefined : Uint8Array.from(backupDir),
    filter: filter === undefined ? undefined : filterFromWire(filter),
    canConfirm,
    nowSeconds,
    resume: resume && differences,
    deltas: differences ? { linkRate: linkRate > 0 ? linkRate : undefined } : undefined,
  };
}

/** A verb as a client sends it. */
export function verbToWire(verb: Work): WireVerb {
  return keyOf(VERBS, verb);
}

/**
 * A verb as it came from a client.
 *
 * @throws {SessionError} `verb` for one that this version does not know
 */
export function verbFromWire(wire: WireVerb): Work {
  const verb = VERBS.get(wire);
  if (verb === undefined) {
    throw new SessionError("verb", `There is no verb with the number ${wire}.`);
  }
  return verb;
}

function keyOf<Key, Value>(map: ReadonlyMap<Key, Value>, wanted: Value): Key {
  for (const [key, value] of map) if (value === wanted) return key;
  throw new TypeError(`"${wanted}" is not one of: ${[...map.values()].join(", ")}.`);
}
