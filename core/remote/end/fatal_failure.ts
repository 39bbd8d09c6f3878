import type { FailureRecord, Parcel } from "../../movers/outbox.ts";
import { Errno } from "../../sys/mod.ts";

/** What makes going on pointless: the destination is full, or cannot be written at all. */
const FATAL: ReadonlySet<number> = new Set([Errno.ENOSPC, Errno.EDQUOT, Errno.EROFS]);

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
