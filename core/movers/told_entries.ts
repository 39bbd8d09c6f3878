import { lengthOf } from "../entry/path.ts";
import type { EntryAction } from "../transfer/events.ts";

/** What can have happened to an entry. */
export const ENTRY_ACTIONS: readonly EntryAction[] = [
  "create",
  "update",
  "metadata",
  "link",
  "relink",
  "delete",
  "backup",
  "rename",
  "remove-source",
];

/** What happened to one entry. */
export interface EntryRecord {
  readonly action: EntryAction;
  readonly kind: number;
  /** Without NUL. */
  readonly path: Uint8Array;
  readonly size: number;
}

/**
 * What happened to entries, in columns: between threads an object for each would be taken to pieces
 * and put together again.
 */
export interface ToldEntries {
  readonly count: number;
  /** Indices of {@linkcode ENTRY_ACTIONS}. */
  readonly actions: Uint8Array;
  readonly kinds: Uint8Array;
  readonly sizes: Float64Array;
  /** Where each path ends, and the next begins. */
  readonly ends: Uint32Array;
  readonly paths: Uint8Array;
}

/** No entries. */
export const NO_ENTRIES: ToldEntries = {
  count: 0,
  actions: new Uint8Array(0),
  kinds: new Uint8Array(0),
  sizes: new Float64Array(0),
  ends: new Uint32Array(0),
  paths: new Uint8Array(0),
};

const SLASH = 47;

/** Gathers what happened to up to so many entries. */
export class EntryGatherer {
  /** How many have been added. */
  count = 0;
  readonly #actions: Uint8Array;
  readonly #kinds: Uint8Array;
  readonly #sizes: Float64Array;
  readonly #ends: Uint32Array;
  #paths = new Uint8Array(4096);
  #used = 0;

  constructor(capacity: number) {
    this.#actions = new Uint8Array(capacity);
    this.#kinds = new Uint8Array(capacity);
    this.#sizes = new Float64Array(capacity);
    this.#ends = new Uint32Array(capacity);
  }

  /** Adds an entry, whose path is that of up to three parts, each of which may be empty. */
  add(
    action: EntryAction,
    kind: number,
    size: number,
    ...parts: readonly Uint8Array[]
  ): void {
    const start = this.#used;
    for (const part of parts) this.#append(part, start);
    this.#actions[this.count] = ENTRY_ACTIONS.indexOf(action);
    this.#kinds[this.count] = kind;
    this.#sizes[this.count] = size;
    this.#ends[this.count] = this.#used;
    this.count++;
  }

  /** Gives what was gathered, and begins anew. */
  take(): ToldEntries {
    const { count } = this;
    const told = {
      count,
      actions: this.#actions.slice(0, count),
      kinds: this.#kinds.slice(0, count),
      sizes: this.#sizes.slice(0, count),
      ends: this.#ends.slice(0, count),
      paths: this.#paths.slice(0, this.#used),
    };
    this.count = 0;
    this.#used = 0;
    return told;
  }

  #append(part: Uint8Array, start: number): void {
    const length = lengthOf(part);
    if (length === 0) return;
    this.#reserve(length + 1);
    const paths = this.#paths;
    let to = this.#used;
    if (to > start && paths[to - 1] !== SLASH) paths[to++] = SLASH;
    for (let at = 0; at < length; at++) paths[to++] = part[at]!; // in the part
    this.#used = to;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#paths.length) return;
    const grown = new Uint8Array(Math.max(this.#used + bytes, this.#paths.length * 2));
    grown.set(this.#paths);
    this.#paths = grown;
  }
}

/** Entries one by one; their paths are views. */
export function* entriesOf(told: ToldEntries): Generator<EntryRecord> {
  let start = 0;
  for (let index = 0; index < told.count; index++) {
    const end = told.ends[index]!; // below the count, as all that follows
    yield {
      action: ENTRY_ACTIONS[told.actions[index]!]!,
      kind: told.kinds[index]!,
      path: told.paths.subarray(start, end),
      size: told.sizes[index]!,
    };
    start = end;
  }
}
