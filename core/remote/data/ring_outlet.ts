import { Errno, type Handle, type Result, type Sys } from "../../sys/mod.ts";
import { ENDED, Ring, RingWord } from "./ring.ts";
import type { Sleeper } from "./sleeper.ts";
import type { Outlet } from "./streams.ts";

/** Bytes that may wait before the main thread is told of them. */
const UNTOLD_BYTES = 256 << 10;

/** Puts bytes into a ring that the main thread empties. */
export class RingOutlet implements Outlet {
  sentBytes = 0;
  failure = 0;
  readonly #ring: Ring;
  readonly #sleeper: Sleeper;
  readonly #sys: Sys;
  #untold = 0;

  constructor(memory: SharedArrayBuffer, sleeper: Sleeper, sys: Sys) {
    this.#ring = new Ring(memory);
    this.#sleeper = sleeper;
    this.#sys = sys;
  }

  send(bytes: Uint8Array<ArrayBuffer>, length: number): Result {
    for (let sent = 0; sent < length;) {
      const room = this.#room(length - sent);
      if (typeof room === "number") return room;
      room.set(bytes.subarray(sent, sent + room.length));
      this.#wrote(room.length);
      sent += room.length;
    }
    return 0;
  }

  sendFile(file: Handle, length: number): Result {
    let sent = 0;
    while (sent < length) {
      const room = this.#room(length - sent);
      if (typeof room === "number") return room;
      // Both backends read into shared memory as well; their type says less than they can.
      const place = room as Uint8Array as Uint8Array<ArrayBuffer>;
      const count = this.#sys.read(file, place, place.length);
      if (count === -Errno.EINTR) continue;
      if (count < 0) return count;
      if (count === 0) break;
      this.#wrote(count);
      sent += count;
    }
    return sent;
  }

  flush(): Result {
    if (this.failure !== 0) return -this.failure;
    if (this.#untold > 0) this.#tell();
    return 0;
  }

  close(): Result {
    if (this.failure !== 0) return -this.failure;
    this.#ring.end(RingWord.WriterEnd, ENDED);
    this.#tell();
    return 0;
  }

  /** Waits for room. */
  #room(limit: number): Uint8Array<SharedArrayBuffer> | Result {
    if (this.failure !== 0) return -this.failure;
    while (true) {
      const signal = this.#sleeper.signal;
      if (this.#sleeper.stopped) return this.#fail(-Errno.ECANCELED);
      const ending = this.#ring.ending(RingWord.ReaderEnd);
      if (ending !== 0) return this.#fail(ending);
      const room = this.#ring.writable(Math.min(limit, UNTOLD_BYTES));
      if (room.length > 0) return room;
      if (this.#untold > 0) this.#tell();
      this.#sleeper.sleepUnless(signal, Infinity);
    }
  }

  #wrote(count: number): void {
    this.#ring.wrote(count);
    this.sentBytes += count;
    this.#untold += count;
    if (this.#untold >= UNTOLD_BYTES) this.#tell();
  }

  #tell(): void {
    this.#untold = 0;
    this.#ring.turn();
  }

  #fail(result: Result): Result {
    this.failure = -result;
    return result;
  }
}
