import type { Abort } from "../../../proto/generated/blit.ts";
import { TransferError } from "../../transfer/failure.ts";
import { SessionError } from "./session_error.ts";

/** What the other end is told of a reason to give up. */
export function abortOf(reason: unknown): Abort {
  if (reason instanceof SessionError || reason instanceof TransferError) {
    return { code: reason.code, message: reason.message, exitCode: reason.exitCode };
  }
  const isAbort = reason instanceof Error &&
    /^(AbortError|TimeoutError|Interrupted)$/.test(reason.name);
  if (isAbort) {
    const message = "The other end was interrupted.";
    return { code: "interrupted", message, exitCode: 130 };
  }
  // The inside of a defect is nobody else's business.
  return { code: "internal", message: "The other end has failed: a defect.", exitCode: 1 };
}
