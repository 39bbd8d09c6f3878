import type { EndReport as WireReport } from "../../../proto/generated/blit.ts";
import { joinPath } from "../../entry/path.ts";
import { isEndReport, isFilesystem } from "../../history/field.ts";
import { loadNow } from "../../history/load.ts";
import { isTurnedOff } from "../../history/location.ts";
import { rounded } from "../../history/record.ts";
import type { Job } from "../../movers/job.ts";
import type { Name, Sys } from "../../sys/mod.ts";
import type { EndReport, TransferSummary } from "../../transfer/events.ts";
import type { MoverTimes } from "../mover/crew.ts";

/** Stalls that are believed of one session: the first is told after ten seconds. */
const MOST_STALLS = 1000;

/** What is known of one end of a session when it is over. */
export interface KnownEnd {
  readonly filesystem?: string;
  readonly report?: EndReport;
  /** How often its user was told that nothing moves. */
  readonly stalls: number;
}

/** An end as far as its report goes. */
interface ReportingEnd {
  readonly role: "source" | "destination";
  readonly job: Job;
  times(sys: Sys): MoverTimes | undefined;
}

/**
 * What an end tells the other of how it fared; undefined where no history is to be kept. It names
 * nothing but the type of a file system.
 */
export function ownReport(sys: Sys, end: ReportingEnd, stalls: number): WireReport | undefined {
  if (isTurnedOff()) return undefined;
  const times = end.times(sys) ?? { computedMs: 0, waitedMs: 0, storageMs: 0 };
  const place = placeOf(end);
  return {
    filesystem: place === undefined ? "" : sys.filesystemType(place) ?? "",
    computedMs: rounded(times.computedMs),
    waitedMs: rounded(times.waitedMs),
    storageMs: rounded(times.storageMs),
    load: loadNow() ?? "",
    stalls,
  };
}

/** What an end has told, without what cannot be: whoever sent it can send anything. */
export function knownEnd(told: WireReport | undefined): KnownEnd {
  if (told === undefined) return { stalls: 0 };
  const { filesystem, computedMs, waitedMs, storageMs, load, stalls } = told;
  const report = { computedMs, waitedMs, storageMs, ...(load !== "" && { load }) };
  // An end that cannot measure tells of no time at all.
  const isTold = computedMs + waitedMs + storageMs > 0;
  return {
    ...(isFilesystem(filesystem) && { filesystem }),
    ...(isTold && isEndReport(report) && { report }),
    stalls: Math.min(stalls, MOST_STALLS),
  };
}

/** What a summary has of the ends. */
export function endFields(
  { source, destination }: { readonly source?: KnownEnd; readonly destination?: KnownEnd },
): Pick<
  TransferSummary,
  "sourceFilesystem" | "destinationFilesystem" | "sourceEnd" | "destinationEnd"
> {
  return {
    ...(source?.filesystem !== undefined && { sourceFilesystem: source.filesystem }),
    ...(destination?.filesystem !== undefined && {
      destinationFilesystem: destination.filesystem,
    }),
    ...(source?.report !== undefined && { sourceEnd: source.report }),
    ...(destination?.report !== undefined && { destinationEnd: destination.report }),
  };
}

/** Where the tree of an end lies: an absolute path, which need not be touched. */
function placeOf({ role, job: { sources: [first] } }: ReportingEnd): Name | undefined {
  const [root, beneath] = role === "source"
    ? [first?.root, first?.rootBeneath]
    : [first?.destination, first?.destinationBeneath];
  return root === undefined || beneath === undefined ? root : joinPath(root, beneath);
}
