import { BEAT_MS } from "./beat.ts";
import type { EntryAction } from "../transfer/events.ts";
import { EntryGatherer, NO_ENTRIES, type ToldEntries } from "./told_entries.ts";

/** One failure on its way to the main thread, which makes the sentence. */
export interface FailureRecord {
  readonly path: Uint8Array;
  readonly operation: Operation;
  /** Positive errno, or 0 when `code` says what it was. */
  readonly errno: number;
  readonly code?: FailureCode;
}

/** What can have been done when an entry failed. */
export const OPERATIONS = [
  "open",
  "list",
  "read",
  "write",
  "create",
  "replace",
  "link",
  "remove",
  "back up",
  "set the mode of",
  "set the owner of",
  "set the time of",
  "read the attributes of",
  "set the attributes of",
  "sync",
] as const;

/** What was being done when an entry failed. */
export type Operation = typeof OPERATIONS[number];

/** Failures that no errno tells. */
export const FAILURE_CODES = [
  "CHANGED",
  "GREW",
  "DIRECTORY_IN_THE_WAY",
  "DIRECTORY_KEPT",
  "DIRECTORY_LEFT",
  "DESTINATION_INSIDE",
  "NOT_ARRIVED",
  "EARLIER_SOURCE",
  "SAME_DIRECTORY",
  "MOUNT_POINT",
  "REPLACED",
  "NAME_TAKEN",
  "THROUGH_LINK",
] as const;

/** A failure that no errno tells. */
export type FailureCode = typeof FAILURE_CODES[number];

/** A batch of records. */
export interface Parcel {
  readonly entries: ToldEntries;
  readonly failures: readonly FailureRecord[];
}

const FLUSH_AT = 256;

/** Collects what a mover has to say and sends it in parcels. */
export class Outbox {
  /** Made for the first entry: most runs tell of none. */
  #entries: EntryGatherer | undefined;
  #failures: FailureRecord[] = [];
  #since = 0;

  constructor(readonly send: (parcel: Parcel) => void) {}

  /** Tells of an entry, whose path is that of the parts. */
  entry(
    action: EntryAction,
    kind: number,
    size: number,
    ...parts: readonly Uint8Array[]
  ): void {
    if (this.#isEmpty) this.#since = performance.now();
    const entries = this.#entries ??= new EntryGatherer(FLUSH_AT);
    entries.add(action, kind, size, ...parts);
    if (entries.count === FLUSH_AT) this.flush();
  }

  failure(record: FailureRecord): void {
    if (this.#isEmpty) this.#since = performance.now();
    this.#failures.push(record);
    if (this.#failures.length >= FLUSH_AT) this.flush();
  }

  /** Sends what has waited for long, or all that waits. */
  flushOld(isAll: boolean): void {
    if (this.#isEmpty) return;
    if (isAll || performance.now() - this.#since > BEAT_MS) this.flush();
  }

  get #isEmpty(): boolean {
    return this.#failures.length === 0 && !this.#entries?.count;
  }

  flush(): void {
    if (this.#isEmpty) return;
    this.send({ entries: this.#entries?.take() ?? NO_ENTRIES, failures: this.#failures });
    this.#failures = [];
  }
}
