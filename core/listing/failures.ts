import { joinPath } from "../entry/path.ts";
import type { FailureCode, Operation } from "../movers/outbox.ts";
import { failureEvent } from "../report/mod.ts";
import type { Name, Result } from "../sys/mod.ts";
import type { ListingFailure } from "./types.ts";

/** Failures that wait to be pulled at most; the walk stops for them. */
const MOST = 64;

/** What could not be looked at, until it is pulled. */
export class Failures {
  readonly #waiting: ListingFailure[] = [];
  readonly #shown: Name;

  /** `shown` is what paths of failures begin with: what was named. */
  constructor(shown: Name) {
    this.#shown = shown;
  }

  /** Whether none waits. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether so many wait that the walk must stop. */
  get isFull(): boolean {
    return this.#waiting.length >= MOST;
  }

  /** The next one. */
  take(): ListingFailure | undefined {
    return this.#waiting.shift();
  }

  /** Adds one, of the entry at `directory` (relative, a slash at its end or empty) and `name`. */
  add(
    directory: Uint8Array,
    name: Uint8Array,
    operation: Operation,
    why: Result | FailureCode,
  ): void {
    const end = directory.length > 0 ? directory.length - 1 : 0;
    const relative = joinPath(directory.subarray(0, end), name);
    const path = joinPath(this.#shown, relative).subarray(0, -1);
    const errno = typeof why === "number" ? { errno: -why } : { errno: 0, code: why };
    this.#waiting.push(failureEvent({ path, operation, ...errno }));
  }
}
