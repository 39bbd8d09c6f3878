/**
 * A ring of bytes that one mover and the main thread share: for streams whose bytes must pass
 * through the main thread, and for what that says to the mover. One side writes, the other reads.
 * The mover waits at its waker's signal; the main thread at `Turn`, which changes with whatever the
 * mover does.
 */

/** Words at the beginning of the memory; those of the two sides lie in different cache lines. */
export const RingWord = {
  /** Bytes written since the beginning, modulo 2^32. */
  Written: 0,
  /** The writer is done: 1 in good order, or an errno, negated. */
  WriterEnd: 1,
  /** Bytes read since the beginning, modulo 2^32. */
  Read: 16,
  /** The reader is done: an errno, negated. */
  ReaderEnd: 17,
  /** Changes with what the mover does. */
  Turn: 32,
} as const;

const WORDS = 48;
/** Bytes that a stream's ring holds: a power of two, so that positions may wrap around. */
export const RING_BYTES: number = 4 << 20;

/** What the writer's end says when all was written. */
export const ENDED = 1;

/** Makes the memory of a ring that holds so many bytes, a power of two. */
export function makeRingMemory(bytes: number = RING_BYTES): SharedArrayBuffer {
  return new SharedArrayBuffer(WORDS * 4 + bytes);
}

/** One side's view of a ring. Counts are in bytes. */
export class Ring {
  readonly memory: SharedArrayBuffer;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;

  /** Looks at memory that `makeRingMemory` made. */
  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.words = new Int32Array(memory, 0, WORDS);
    this.#bytes = new Uint8Array(memory, WORDS * 4);
  }

  /** Bytes that can be read. */
  get filled(): number {
    const written = Atomics.load(this.words, RingWord.Written);
    return (written - Atomics.load(this.words, RingWord.Read)) >>> 0;
  }

  /** The bytes that can be read in one piece, up to `limit`. */
  readable(limit: number): Uint8Array<SharedArrayBuffer> {
    return this.#piece(RingWord.Read, Math.min(limit, this.filled));
  }

  /** The room that can be written in one piece, up to `limit`. */
  writable(limit: number): Uint8Array<SharedArrayBuffer> {
    return this.#piece(RingWord.Written, Math.min(limit, this.#bytes.length - this.filled));
  }

  /** Says that bytes of `readable` were read. */
  read(count: number): void {
    Atomics.add(this.words, RingWord.Read, count);
  }

  /** Says that bytes were put into `writable`. */
  wrote(count: number): void {
    Atomics.add(this.words, RingWord.Written, count);
  }

  /** What a side has said of its end; 0 while it goes on. */
  ending(word: typeof RingWord.WriterEnd | typeof RingWord.ReaderEnd): number {
    return Atomics.load(this.words, word);
  }

  /** Says that a side is done; the first word stands. */
  end(word: typeof RingWord.WriterEnd | typeof RingWord.ReaderEnd, how: number): void {
    Atomics.compareExchange(this.words, word, 0, how);
  }

  /** Tells the main thread that the mover has done something. */
  turn(): void {
    Atomics.add(this.words, RingWord.Turn, 1);
    Atomics.notify(this.words, RingWord.Turn);
  }

  /** What changes with each `turn`. */
  get turns(): number {
    return Atomics.load(this.words, RingWord.Turn);
  }

  /** In the main thread: waits until the mover has done something since `turns` was read. */
  async turned(turns: number): Promise<void> {
    const waiting = Atomics.waitAsync(this.words, RingWord.Turn, turns);
    if (waiting.async) await waiting.value;
  }

  #piece(word: number, count: number): Uint8Array<SharedArrayBuffer> {
    const { length } = this.#bytes;
    const at = (Atomics.load(this.words, word) >>> 0) % length;
    return this.#bytes.subarray(at, at + Math.min(count, length - at));
  }
}
