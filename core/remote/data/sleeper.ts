import { Errno, type Handle } from "../../sys/mod.ts";
import { Ready, type Sockets } from "../../sys/sockets.ts";
import { WakerWord } from "./waker.ts";

/** A stop is heard after this time even if no event and no notification arrives. */
const SLICE_MS = 100;

/**
 * A mover's half of a {@linkcode import("./waker.ts").Waker}: all its waits go through here.
 * A wake counts until a `sleep` or a `waitFor` has told of it, so none is lost between a look
 * at the messages and the next wait.
 */
export class Sleeper {
  readonly #memory: Int32Array<SharedArrayBuffer>;
  readonly #sockets: Sockets | undefined;
  #seen: number;
  #waitedMs = 0;

  /** `memory` is the waker's. */
  constructor(memory: Int32Array<SharedArrayBuffer>, sockets?: Sockets) {
    this.#memory = memory;
    this.#sockets = sockets;
    this.#seen = Atomics.load(memory, WakerWord.Signal);
  }

  /** Whether the mover is to give up. */
  get stopped(): boolean {
    return Atomics.load(this.#memory, WakerWord.Stop) !== 0;
  }

  /** What changes with each wake, for {@linkcode sleepUnless}. */
  get signal(): number {
    return Atomics.load(this.#memory, WakerWord.Signal);
  }

  /** Whether there was a wake that nobody has been told of; tells of it. */
  takeWake(): boolean {
    const now = this.signal;
    if (now === this.#seen) return false;
    this.#seen = now;
    return true;
  }

  /** Sleeps until woken or stopped (true), or until the time is over (false). */
  sleep(timeoutMs: number): boolean {
    const until = performance.now() + timeoutMs;
    while (true) {
      if (this.takeWake() || this.stopped) return true;
      const left = until - performance.now();
      if (left <= 0) return false;
      this.sleepUnless(this.#seen, left);
    }
  }

  /** Sleeps for a slice of at most 100 ms, unless `signal` has changed since it was read. */
  sleepUnless(signal: number, timeoutMs: number): void {
    const start = performance.now();
    Atomics.wait(this.#memory, WakerWord.Signal, signal, Math.min(timeoutMs, SLICE_MS));
    this.#waited(start);
  }

  /**
   * Sleeps for a slice of at most 100 ms, until the socket is ready for `what` (true) or the event
   * is raised (false). Gives a negated errno when it cannot wait.
   */
  sleepAtSocket(socket: Handle, what: number, timeoutMs: number): boolean | number {
    if (this.#sockets === undefined) return -Errno.ENOSYS;
    const event = this.#memory[WakerWord.Event] ?? -1;
    const slice = Math.max(0, Math.ceil(Math.min(timeoutMs, SLICE_MS)));
    const start = slice === 0 ? 0 : performance.now();
    const ready = this.#sockets.wait(socket, what, event, slice);
    if (slice > 0) this.#waited(start);
    if (ready < 0) return ready;
    if ((ready & Ready.Event) !== 0) this.#sockets.clearEvent(event);
    return (ready & what) !== 0;
  }

  #waited(start: number): void {
    this.#waitedMs += performance.now() - start;
    this.#memory[WakerWord.Waited] = this.#waitedMs;
  }
}
