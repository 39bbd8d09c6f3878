import { TransferError } from "../../core/transfer/failure.ts";
import { UsageError } from "../arguments/usage_error.ts";
import type { Stop } from "../output/reporter.ts";
import { Interrupted } from "./interrupt.ts";

/** What is said of an error that stopped a verb, and the exit code. */
export function stopReason(error: unknown): Stop {
  if (error instanceof Interrupted) {
    return { code: "interrupted", message: error.message, exitCode: 130 };
  }
  if (error instanceof TransferError) {
    return { code: error.code, message: error.message, exitCode: error.exitCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return { code: "usage", message, exitCode: 64 };
  // By name: the filter's code is not loaded for runs without one.
  if (error instanceof Error && error.name === "FilterError") {
    return { code: "filter", message, exitCode: 64 };
  }
  if (error instanceof Deno.errors.NotCapable) {
    return { code: "not-capable", message, exitCode: 1 };
  }
  const stack = error instanceof Error ? error.stack ?? message : message;
  return { code: "defect", message: `A defect in blit stopped the run: ${stack}`, exitCode: 1 };
}
