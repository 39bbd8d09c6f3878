import type { TransferEvent, TransferSummary } from "../../core/transfer/events.ts";

/** Why a run ended without a summary. */
export interface Stop {
  /** Stable code, such as `"source-missing"` or `"interrupted"`. */
  readonly code: string;
  /** A whole sentence. */
  readonly message: string;
  readonly exitCode: 1 | 64 | 130;
}

/** Tells what a run does: in words for people, or in JSON for programs. */
export interface Reporter {
  /** Whether it needs an event for every entry. */
  readonly wantsEntries: boolean;
  /** How often it wants to know where the run stands; 0 for never. */
  readonly progressIntervalMs: number;
  event(event: TransferEvent): void;
  /** The run came to its end. */
  finish(summary: TransferSummary): void;
  /** The run could not begin, or had to stop. */
  stop(reason: Stop): void;
  /** Takes away what is drawn, before a question or a sudden end. */
  clear(): void;
}
