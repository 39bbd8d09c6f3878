/**
 * Timers for what starts for each run: progress, heartbeats, patience. The first `setTimeout`
 * of a process, and even a `clearTimeout`, makes Deno 2.9 load node:timers and twenty modules with
 * it, which takes 7 ms. A timer here is V8's own wait for a word in shared memory that nobody
 * writes; it takes 20 us. As with `setTimeout`, the process stays alive until it has run or has been
 * stopped.
 *
 * @module
 */

/** A timer that has been set. */
export interface Timer {
  /** It does not run (again). */
  stop(): void;
}

/**
 * Runs something once, after so many milliseconds.
 *
 * ```ts
 * import { after } from "./timer.ts";
 * import assert from "node:assert/strict";
 * const ran: string[] = [];
 * const stopped = after(1, () => ran.push("never"));
 * stopped.stop();
 * await new Promise<void>((resolve) => after(2, resolve));
 * assert.deepEqual(ran, []);
 * ```
 */
export function after(ms: number, run: () => void): Timer {
  return new Wait(ms, run, false);
}

/** Runs something again and again, at this distance in milliseconds. */
export function every(ms: number, run: () => void): Timer {
  return new Wait(ms, run, true);
}

/** What keeps the process alive while there are timers, which V8's waits do not: a port that listens. */
class Vigil {
  #timers = 0;
  #channel: MessageChannel | undefined;

  begin(): void {
    if (++this.#timers > 1) return;
    this.#channel = new MessageChannel();
    this.#channel.port1.onmessage = (): void => {};
  }

  end(): void {
    if (--this.#timers > 0) return;
    this.#channel?.port1.close();
    this.#channel?.port2.close();
    this.#channel = undefined;
  }
}

const vigil = new Vigil();

/** The shortest wait: one of 0 ms would be over before it began. */
const LEAST_MS = 1;

class Wait implements Timer {
  readonly #word = new Int32Array(new SharedArrayBuffer(4));
  readonly #run: () => void;
  /** Milliseconds from one run to the next; undefined where there is one. */
  readonly #distance: number | undefined;
  #next: number;
  #isOver = false;

  constructor(ms: number, run: () => void, again: boolean) {
    const distance = Math.max(ms, LEAST_MS);
    this.#run = run;
    this.#distance = again ? distance : undefined;
    this.#next = performance.now() + distance;
    vigil.begin();
    this.#wait(distance);
  }

  stop(): void {
    if (this.#isOver) return;
    this.#end();
    Atomics.notify(this.#word, 0);
  }

  #end(): void {
    this.#isOver = true;
    vigil.end();
  }

  #wait(ms: number): void {
    const waiting = Atomics.waitAsync(this.#word, 0, 0, ms);
    void Promise.resolve(waiting.value).then(() => this.#ring());
  }

  #ring(): void {
    if (this.#isOver) return;
    if (this.#distance === undefined) this.#end();
    else {
      // What was late does not make the next one late; what was missed is not made up for.
      const now = performance.now();
      this.#next = Math.max(this.#next + this.#distance, now + LEAST_MS);
      this.#wait(this.#next - now);
    }
    this.#run();
  }
}
