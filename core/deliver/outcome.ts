import type { FailureCode, Operation } from "../movers/outbox.ts";
import type { Result } from "../sys/mod.ts";

/** How a delivery failed: where, doing what, and the errno or a code of our own. */
export interface Fault {
  readonly side: "source" | "destination";
  readonly operation: Operation;
  readonly result: Result | FailureCode;
}

/** A fault at the source. */
export function sourceFault(operation: Operation, result: Result | FailureCode): Fault {
  return { side: "source", operation, result };
}

/** A fault at the destination. */
export function destinationFault(operation: Operation, result: Result | FailureCode): Fault {
  return { side: "destination", operation, result };
}
