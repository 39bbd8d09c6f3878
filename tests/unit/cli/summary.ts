import type { TransferSummary } from "../../../core/transfer/events.ts";

/** A summary in which nothing happened but what is given. */
export function summaryOf(changes: Partial<TransferSummary>): TransferSummary {
  return {
    verb: "copy",
    dryRun: false,
    entriesScanned: 0,
    filesCreated: 0,
    filesUpdated: 0,
    metadataUpdated: 0,
    directoriesCreated: 0,
    symlinksCreated: 0,
    linksCreated: 0,
    specialsCreated: 0,
    entriesSame: 0,
    entriesSkipped: 0,
    bytesTransferred: 0,
    bytesTotal: 0,
    bytesResumed: 0,
    entriesDeleted: 0,
    extrasLeft: 0,
    entriesMoved: 0,
    failures: [],
    failureCount: 0,
    warnings: [],
    elapsedMs: 0,
    transport: "local",
    backend: "linux",
    exitCode: 0,
    ...changes,
  };
}
