import type { ListingFailure } from "./types.ts";

/**
 * A walk in progress, pulled step by step: nothing happens between two calls, so that a daemon
 * can wait for its client and a program for its pipe. Each call works for some 20 ms at most
 * (a slow disk aside), so that neither a signal nor another client has to wait.
 */
export interface ListingWork<Chunk> {
  /**
   * The next chunk, always the same object filled anew (it may hold no rows though more is to
   * come), or a failure below the endpoint after which the walk goes on; undefined at the end.
   */
  next(): Chunk | ListingFailure | undefined;
  /** Gives back what the work holds open. To be called in any case, once. */
  close(): void;
}
