import { FATAL } from "../../movers/fatal.ts";
import type { FailureRecord, Parcel } from "../../movers/outbox.ts";

/** The first failure of a parcel that stops a run, if there is one. */
export function fatalOf(parcel: Parcel): FailureRecord | undefined {
  return parcel.failures.find(({ errno }) => FATAL.has(errno));
}

/** The movers of an end have stopped because of a failure. */
export class FatalFailure extends Error {
  override readonly name = "FatalFailure";

  constructor(
    /** What stopped them. */
    readonly record: FailureRecord | undefined,
  ) {
    super("The run was stopped.");
  }
}
