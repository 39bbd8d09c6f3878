import { BEAT_MS } from "./beat.ts";
import type { EntryAction } from "../transfer/events.ts";

/** One entry event on its way to the main thread. */
export interface EntryRecord {
  readonly action: EntryAction;
  readonly kind: number;
  readonly path: Uint8Array;
  readonly size: number;
}

/** One failure on its way to the main thread, which makes the sentence. */
export interface FailureRecord {
  readonly path: Uint8Array;
  readonly operation: Operation;
  /** Positive errno, or 0 when `code` says what it was. */
  readonly errno: number;
  readonly code?: FailureCode;
}

/** What was being done when an entry failed. */
export type Operation =
  | "open"
  | "list"
  | "read"
  | "write"
  | "create"
  | "replace"
  | "link"
  | "remove"
  | "back up"
  | "set the mode of"
  | "set the owner of"
  | "set the time of"
  | "read the attributes of"
  | "set the attributes of"
  | "sync";

/** Failures that no errno tells. */
export type FailureCode =
  | "CHANGED"
  | "GREW"
  | "DIRECTORY_IN_THE_WAY"
  | "DIRECTORY_KEPT"
  | "DIRECTORY_LEFT"
  | "DESTINATION_INSIDE"
  | "NOT_ARRIVED"
  | "EARLIER_SOURCE"
  | "SAME_DIRECTORY"
  | "MOUNT_POINT"
  | "REPLACED"
  | "NAME_TAKEN"
  | "THROUGH_LINK";

/** A batch of records. */
export interface Parcel {
  readonly entries: readonly EntryRecord[];
  readonly failures: readonly FailureRecord[];
}

const FLUSH_AT = 256;

/** Collects what a mover has to say and sends it in parcels. */
export class Outbox {
  #entries: EntryRecord[] = [];
  #failures: FailureRecord[] = [];
  #since = 0;

  constructor(readonly send: (parcel: Parcel) => void) {}

  entry(record: EntryRecord): void {
    if (this.#isEmpty) this.#since = performance.now();
    this.#entries.push(record);
    if (this.#entries.length >= FLUSH_AT) this.flush();
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
    return this.#entries.length === 0 && this.#failures.length === 0;
  }

  flush(): void {
    if (this.#isEmpty) return;
    this.send({ entries: this.#entries, failures: this.#failures });
    this.#entries = [];
    this.#failures = [];
  }
}
