import { Errno, type Handle, type Result } from "../../sys/mod.ts";
import { Ready, type Sockets } from "../../sys/sockets.ts";
import type { Sleeper } from "./sleeper.ts";
import type { Inlet } from "./streams.ts";

/** Reads from a socket, straight to where the caller wants the bytes. */
export class SocketInlet implements Inlet {
  receivedBytes = 0;
  failure = 0;
  readonly #socket: Handle;
  readonly #sleeper: Sleeper;
  readonly #sockets: Sockets;

  constructor(socket: Handle, sleeper: Sleeper, sockets: Sockets) {
    this.#socket = socket;
    this.#sleeper = sleeper;
    this.#sockets = sockets;
  }

  receive(into: Uint8Array<ArrayBuffer>, length: number): Result {
    if (this.failure !== 0) return -this.failure;
    while (true) {
      if (this.#sleeper.stopped) return this.#fail(-Errno.ECANCELED);
      const result = this.#sockets.receive(this.#socket, into, length);
      if (result >= 0) {
        this.receivedBytes += result;
        return result;
      }
      if (result === -Errno.EAGAIN) {
        const slept = this.#sleeper.sleepAtSocket(this.#socket, Ready.Read, Infinity);
        if (typeof slept === "number") return this.#fail(slept);
      } else if (result !== -Errno.EINTR) return this.#fail(result);
    }
  }

  wait(timeoutMs: number): boolean {
    const until = performance.now() + timeoutMs;
    let left = 0; // the first look does not wait
    while (true) {
      // An error is for the next receive to tell.
      if (this.failure !== 0) return true;
      const slept = this.#sleeper.sleepAtSocket(this.#socket, Ready.Read, left);
      if (slept !== false) return true;
      left = until - performance.now();
      if (this.#sleeper.takeWake() || this.#sleeper.stopped || left <= 0) return false;
    }
  }

  #fail(result: Result): Result {
    this.failure = -result;
    return result;
  }
}
