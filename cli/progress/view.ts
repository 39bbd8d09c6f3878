import type { ProgressEvent } from "../../core/transfer/events.ts";

/** Shows where a run stands. */
export interface ProgressView {
  update(event: ProgressEvent): void;
  /** Leaves the terminal as it was. */
  close(): void;
}
