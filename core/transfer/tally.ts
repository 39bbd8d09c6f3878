import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { MoverPool } from "../pool/pool.ts";
import type { FailureEvent, TransferSummary, WarningEvent } from "./events.ts";
import { firstPayload } from "./progress.ts";

/** Failures that are kept with their sentences; the rest is only counted. */
const KEPT = 10_000;

/** Gathers what the summary tells. */
export class Tally {
  readonly failures: FailureEvent[] = [];
  readonly warnings: WarningEvent[] = [];
  failureCount = 0;
  extrasLeft = 0;

  /** Notes a failure. */
  failed(event: FailureEvent): void {
    this.failureCount++;
    if (this.failures.length < KEPT) this.failures.push(event);
  }

  /** The summary; `renamed` are sources that were moved whole. */
  summary(
    pool: MoverPool,
    context: MoverContext,
    elapsedMs: number,
    renamed: number,
  ): TransferSummary {
    const { job, sys } = context;
    const first = firstPayload(pool, elapsedMs);
    const total = (counter: number): number => pool.total(counter);
    return {
      verb: job.verb,
      dryRun: job.dryRun,
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
      entriesDeleted: total(Counter.Deleted),
      extrasLeft: this.extrasLeft,
      entriesMoved: total(Counter.Moved) + renamed,
      failures: this.failures,
      failureCount: this.failureCount,
      warnings: this.warnings,
      elapsedMs,
      ...(first === undefined || job.dryRun ? {} : { firstPayloadMs: first }),
      transport: "local",
      backend: sys.name,
      exitCode: this.failureCount > 0 || this.extrasLeft > 0 ? 2 : 0,
    };
  }
}
