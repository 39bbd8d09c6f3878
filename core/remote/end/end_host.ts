import type { Frame } from "../../../proto/generated/blit.ts";
import type { Parcel } from "../../movers/outbox.ts";
import type { DeletionRequest } from "../../transfer/options.ts";

/** What an end of a session needs of whoever runs it: a client's run, or a daemon's session. */
export interface EndHost {
  /** Sends a frame to the other end; resolves when there is room for more. */
  send(frame: Frame): Promise<void>;
  /** What happened to entries at this end. */
  parcel(parcel: Parcel): void;
  /** The other end wants to know of each entry. */
  readonly tellsEntries: boolean;
  /** Something that the user should know. */
  warn(code: string, message: string): void;
  /** This end has entered another phase. */
  phase(name: string): void;
  /** Whether extras may be deleted; asked at the destination's end. */
  confirm(request: DeletionRequest): Promise<boolean>;
  /** Failures that the other end has told of. */
  readonly otherFailures: number;
  /** The latest counters of the other end. */
  readonly otherCounters: readonly number[];
  /** This end's counters so far. */
  counters(): number[];
  /** The session cannot go on. */
  fail(error: Error): void;
}
