import type { Sys } from "../sys/mod.ts";
import { Descent } from "./descent.ts";
import { Failures } from "./failures.ts";
import { type OpenedStart, openStart, refuse } from "./open_start.ts";
import type { ListingStart } from "./start.ts";
import type { ListingFailure } from "./types.ts";
import type { ListingWork } from "./work.ts";

/** How long one pull may work. */
const SLICE_MS = 20;
const NO_NAME = new Uint8Array(0);

/**
 * What an engine makes of a walk. A directory is entered, its names come in batches of up to
 * 4,096, then its subdirectories (those that the visitor has told `descent` to remember) are
 * walked, and it is left. Before each call the chunk has room for one row.
 */
export interface Visitor<Chunk> {
  /** What it fills. */
  readonly chunk: Chunk & { readonly count: number; clear(): void };
  /** The chunk has no room. */
  readonly isFull: boolean;
  /** Nothing more is wanted. */
  readonly isDone: boolean;
  /** What was named; its directory is at hand, if it is one. */
  begin(start: OpenedStart): void;
  /** The directory at hand has been opened. */
  enter(): void;
  /** Deals with the names at hand from number `from` on; gives where it stopped for want of room. */
  take(from: number): number;
  /** All names of the directory at hand have been given. */
  listed(): void;
  /** A subdirectory of the directory at hand, `descent.name`, could not be opened. */
  refuse(): void;
  /** The directory at hand is done with, and all below it. */
  leave(): void;
}

/** What a visitor works with. */
export interface Ground {
  readonly sys: Sys;
  readonly descent: Descent;
  readonly failures: Failures;
}

const State = { Begin: 0, List: 1, Descend: 2, End: 3 } as const;

/**
 * Begins a walk with the visitor that `make` makes for it.
 *
 * @throws {TransferError} when what was named is not there or cannot be read
 */
export function openWalk<Chunk>(
  sys: Sys,
  start: ListingStart,
  make: (ground: Ground) => Visitor<Chunk>,
): ListingWork<Chunk> {
  const opened = openStart(sys, start);
  const ground = {
    sys,
    descent: new Descent(sys, opened.directory ?? -1),
    failures: new Failures(opened.shown),
  };
  if (opened.directory === undefined) return new Walk(ground, opened, make(ground), 0);
  // At once: what was named and cannot be listed is nothing to begin with.
  const first = ground.descent.list();
  if (first >= 0) return new Walk(ground, opened, make(ground), first);
  ground.descent.close();
  return refuse(start, first);
}

class Walk<Chunk> implements ListingWork<Chunk> {
  readonly #start: OpenedStart;
  readonly #visitor: Visitor<Chunk>;
  readonly #descent: Descent;
  readonly #failures: Failures;
  #state: number = State.Begin;
  /** The next of the names at hand. */
  #at = 0;
  /** How many of them there are. */
  #count: number;

  constructor(
    { descent, failures }: Ground,
    start: OpenedStart,
    visitor: Visitor<Chunk>,
    first: number,
  ) {
    this.#count = first;
    this.#start = start;
    this.#visitor = visitor;
    this.#descent = descent;
    this.#failures = failures;
  }

  next(): Chunk | ListingFailure | undefined {
    const waiting = this.#failures.take();
    if (waiting !== undefined) return waiting;
    const visitor = this.#visitor;
    if (this.#state === State.End) return undefined;
    visitor.chunk.clear();
    const deadline = performance.now() + SLICE_MS;
    do {
      this.#step();
      if (visitor.isDone) this.#state = State.End;
      if (this.#state === State.End) break;
    } while (!visitor.isFull && !this.#failures.isFull && performance.now() < deadline);
    if (visitor.chunk.count > 0) return visitor.chunk;
    return this.#failures.take() ?? (this.#state === State.End ? undefined : visitor.chunk);
  }

  close(): void {
    this.#state = State.End;
    this.#descent.close();
  }

  #step(): void {
    if (this.#state === State.List) this.#list();
    else if (this.#state === State.Descend) this.#descend();
    else if (this.#state === State.Begin) {
      this.#visitor.begin(this.#start);
      this.#state = this.#start.directory !== undefined ? State.List : State.End;
    }
  }

  #list(): void {
    if (this.#at < this.#count) {
      this.#at = this.#visitor.take(this.#at);
      return;
    }
    const count = this.#descent.list();
    this.#at = 0;
    this.#count = Math.max(count, 0);
    if (count > 0) return;
    if (count < 0) this.#fail("list", count, NO_NAME);
    this.#visitor.listed();
    this.#state = State.Descend;
  }

  #descend(): void {
    const descent = this.#descent;
    if (descent.hasNext) {
      if (descent.handle < 0) {
        this.#fail("open", descent.handle, NO_NAME);
        descent.skip();
        return;
      }
      const entered = descent.enter();
      if (entered < 0) {
        this.#fail("open", entered, descent.name);
        this.#visitor.refuse();
        return;
      }
      this.#visitor.enter();
      this.#state = State.List;
      return;
    }
    this.#visitor.leave();
    if (!descent.leave()) this.#state = State.End;
  }

  #fail(operation: "open" | "list", result: number, name: Uint8Array): void {
    const { prefix, prefixLength } = this.#descent;
    this.#failures.add(prefix.subarray(0, prefixLength), name, operation, result);
  }
}
