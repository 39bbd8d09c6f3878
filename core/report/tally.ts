import { Counter } from "../movers/counters.ts";
import type { FailureEvent, TransferSummary, WarningEvent } from "../transfer/events.ts";
import type { Job } from "../movers/job.ts";
import { firstPayload, type Totals } from "./progress.ts";

/** Failures that are kept with their sentences; the rest is only counted. */
const KEPT = 10_000;

/** Gathers what the summary tells. */
export class Tally {
  readonly failures: FailureEvent[] = [];
  readonly warnings: WarningEvent[] = [];
  readonly #sentences = new Set<string>();
  failureCount = 0;
  extrasLeft = 0;

  /**
   * Notes a failure. False for one that is noted already: a move looks at its source a second time,
   * and comes upon the same again.
   */
  failed(event: FailureEvent): boolean {
    if (this.#sentences.has(event.message)) return false;
    this.failureCount++;
    if (this.failures.length >= KEPT) return true;
    this.#sentences.add(event.message);
    this.failures.push(event);
    return true;
  }

  /** The summary; `renamed` are sources that were moved whole. */
  summary(
    counters: Totals,
    { verb, dryRun }: Pick<Job, "verb" | "dryRun">,
    backend: "linux" | "portable",
    elapsedMs: number,
    renamed: number,
  ): TransferSummary {
    const first = firstPayload(counters, elapsedMs);
    const total = (counter: number): number => counters.total(counter);
    return {
      // A check is a mirror that changes nothing.
      verb: verb === "check" ? "mirror" : verb,
      dryRun,
      entriesScanned: total(Counter.Scanned),
      filesCreated: total(Counter.FilesCreated),
      filesUpdated: total(Counter.FilesUpdated),
      metadataUpdated: total(Counter.MetadataUpdated),
      directoriesCreated: total(Counter.DirectoriesCreated),
      symlinksCreated: total(Counter.SymlinksCreated),
      linksCreated: total(Counter.LinksCreated),
      specialsCreated: total(Counter.SpecialsCreated),
      entriesSame: total(Counter.Same),
      entriesSkipped: total(Counter.Skipped),
      bytesTransferred: total(Counter.BytesTransferred),
      bytesTotal: total(Counter.BytesTotal),
      bytesResumed: total(Counter.BytesResumed),
      entriesDeleted: total(Counter.Deleted),
      extrasLeft: this.extrasLeft,
      entriesMoved: total(Counter.Moved) + renamed,
      failures: this.failures,
      failureCount: this.failureCount,
      warnings: this.warnings,
      elapsedMs,
      ...(first === undefined || dryRun ? {} : { firstPayloadMs: first }),
      transport: "local",
      backend,
      exitCode: this.failureCount > 0 || this.extrasLeft > 0 ? 2 : 0,
    };
  }
}
