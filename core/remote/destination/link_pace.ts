/** Less than this says nothing of a link: buffers alone take that in no time, */
const TELLING_BYTES: number = 8 << 20;
/** unless it has taken so long all the same. */
const TELLING_MS = 100;
/** What came before the last so many bytes counts less and less. */
const MEMORY_BYTES: number = 64 << 20;
/** The link sets the pace if at least this share of the time was spent waiting for it. */
const WAITING = 0.5;

/** How fast content comes to a mover: what the client expects, until it has been seen. */
export class LinkPace {
  #bytes = 0;
  #ms = 0;
  #waitedMs = 0;

  /** `expected` is in bytes a second; undefined where nobody knows. */
  constructor(readonly expected: number | undefined) {}

  /** Notes that so many bytes of a large file took so long, and how long there was nothing to read. */
  note(bytes: number, ms: number, waitedMs: number): void {
    const keep = this.#bytes > MEMORY_BYTES ? 0.5 : 1;
    this.#bytes = keep * this.#bytes + bytes;
    this.#ms = keep * this.#ms + ms;
    this.#waitedMs = keep * this.#waitedMs + waitedMs;
  }

  /**
   * Bytes a second of the link; Infinity where it is not the link that is slow; undefined where
   * that is not known.
   */
  get rate(): number | undefined {
    if (this.#bytes < TELLING_BYTES && this.#ms < TELLING_MS) return this.expected;
    return this.#waitedMs < WAITING * this.#ms ? Infinity : this.#bytes * 1000 / this.#ms;
  }
}
