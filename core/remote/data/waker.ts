import type { Sockets } from "../../sys/sockets.ts";

/** Words of the memory that a waker shares with its mover. */
export const WakerWord = {
  /** Changes with each wake. */
  Signal: 0,
  /** Not 0: give up. */
  Stop: 1,
  /** The descriptor of the event that is raised with each wake, or -1. */
  Event: 2,
  /** Milliseconds that the mover has waited; here, for what the counters hold shows movement. */
  Waited: 3,
  /** Milliseconds that its thread had computed before the session; -1 where it cannot be told. */
  ComputedBefore: 4,
  /** Milliseconds that its thread had waited for a processor before the session. */
  ReadyBefore: 5,
} as const;

const WORDS = 16;

/** The main thread's means to wake one mover that is blocked in a wait, a receive or a send. */
export interface Waker {
  /** What the mover's {@linkcode import("./sleeper.ts").Sleeper} is made from. */
  readonly memory: Int32Array<SharedArrayBuffer>;
  /** Wakes the mover: it looks at its messages, and its rings. */
  wake(): void;
  /** Tells the mover to give up, and wakes it: what it is blocked in gives -ECANCELED. */
  stop(): void;
  /** Makes a stopped waker good for the next run. The mover must not be in one. */
  reset(): void;
  /** Closes the event, after the mover's last use of it. */
  close(): void;
}

/** Makes a waker; with `sockets`, for a mover that waits for sockets too. */
export function openWaker(sockets?: Sockets): Waker {
  return new SharedWaker(sockets);
}

class SharedWaker implements Waker {
  readonly memory = new Int32Array(new SharedArrayBuffer(WORDS * 4));
  readonly #sockets: Sockets | undefined;

  constructor(sockets: Sockets | undefined) {
    this.#sockets = sockets;
    const event = sockets?.makeEvent() ?? -1;
    // Without an event a mover looks every 100 ms.
    this.memory[WakerWord.Event] = event < 0 ? -1 : event;
  }

  wake(): void {
    Atomics.add(this.memory, WakerWord.Signal, 1);
    Atomics.notify(this.memory, WakerWord.Signal);
    const event = this.memory[WakerWord.Event] ?? -1;
    if (event >= 0) this.#sockets?.raiseEvent(event);
  }

  stop(): void {
    Atomics.store(this.memory, WakerWord.Stop, 1);
    this.wake();
  }

  reset(): void {
    Atomics.store(this.memory, WakerWord.Stop, 0);
  }

  close(): void {
    const event = this.memory[WakerWord.Event] ?? -1;
    if (event < 0) return;
    this.memory[WakerWord.Event] = -1;
    this.#sockets?.closeEvent(event);
  }
}
