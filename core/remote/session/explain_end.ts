import { failureEvent } from "../../report/mod.ts";
import { TransferError } from "../../transfer/failure.ts";
import { WireError } from "../batch/mod.ts";
import { FatalFailure } from "../end/fatal_failure.ts";
import { StreamFailure } from "../end/stream_failure.ts";
import { LinkError } from "../grpc/mod.ts";
import { SessionError } from "./session_error.ts";

/** Why a daemon's session ended early. */
export interface EndReason {
  readonly error: Error;
  /** The daemon's own fault: the other end is not told what. */
  readonly isDefect: boolean;
}

/** Why a daemon's session ended early, in words that may leave this host unless it is a defect. */
export function explainEnd(error: unknown): EndReason {
  const told = (reason: Error): EndReason => ({ error: reason, isDefect: false });
  if (error instanceof StreamFailure) return told(new SessionError(error.code, error.message));
  if (error instanceof FatalFailure) {
    const event = error.record === undefined ? undefined : failureEvent(error.record);
    return told(
      new SessionError(
        event?.code ?? "aborted",
        `${event?.message ?? "The run was stopped."} Stopped: nothing further was written.`,
      ),
    );
  }
  const isKnown = error instanceof LinkError || error instanceof SessionError ||
    error instanceof TransferError;
  if (isKnown) return told(error);
  if (error instanceof WireError) return told(new SessionError("protocol", error.message));
  return { error: error instanceof Error ? error : new Error(String(error)), isDefect: true };
}
