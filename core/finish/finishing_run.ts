import type { MoverContext } from "../movers/context.ts";
import type { LoggedEntries, LoggedGroup, RunLog } from "../movers/run_log.ts";
import type { Task } from "../movers/task.ts";
import type { TransferOptions } from "../transfer/options.ts";

/** Entries that directories keep from their place. */
export interface Blocked {
  readonly entries: readonly LoggedEntries[];
  readonly links: readonly LoggedGroup[];
}

/** What the last phases need of a run, wherever its source is. */
export interface FinishingRun {
  /** The mover that does what is not worth a task. */
  readonly context: MoverContext;
  /** What was asked for: whether extras may be deleted, and whom to ask. */
  readonly options: Pick<TransferOptions, "confirm" | "dryRun" | "forceDelete">;
  /** Failures so far, at both ends. */
  readonly failureCount: number;
  /** Sum of one counter over all movers of both ends. */
  total(counter: number): number;
  /** Tells the user something. */
  warn(code: string, message: string): void;
  /** Notes how many extras stay. */
  leaveExtras(count: number): void;
  /** Runs tasks a number at a time; adds what they put off to `log`. */
  inBatches(name: string, tasks: Iterable<Task>, log: RunLog): Promise<void>;
  /** Delivers entries whose place was taken by extras that are gone now; adds what that puts off to `log`. */
  deliverBlocked(blocked: Blocked, log: RunLog): Promise<void>;
  /** Throws when the run is being stopped. */
  throwIfStopped(): void;
}
