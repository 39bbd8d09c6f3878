import type { FailureCode, Operation } from "../movers/outbox.ts";
import type { Result } from "../sys/mod.ts";

/** How a delivery failed: where, doing what, and the errno or a code of our own. */
export interface Fault {
  readonly side: "source" | "destination";
  readonly operation: Operation;
  readonly result: Result | FailureCode;
  /** The content is in its place all the same: only metadata is not, or the file went on growing. */
  readonly delivered: boolean;
}

/** A fault at the source. */
export function sourceFault(
  operation: Operation,
  result: Result | FailureCode,
  delivered = false,
): Fault {
  return { side: "source", operation, result, delivered };
}

/** A fault at the destination. */
export function destinationFault(
  operation: Operation,
  result: Result | FailureCode,
  delivered = false,
): Fault {
  return { side: "destination", operation, result, delivered };
}
