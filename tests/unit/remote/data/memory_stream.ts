import type { Inlet, Outlet } from "../../../../core/remote/data/mod.ts";
import type { Result } from "../../../../core/sys/mod.ts";

/** An outlet that keeps all. */
export class MemoryOutlet implements Outlet {
  failure = 0;
  isClosed = false;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];

  /** `files` answers `sendFile`, one call after the other. */
  constructor(readonly files: (Uint8Array<ArrayBuffer> | Result)[] = []) {}

  get sentBytes(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.sentBytes);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  send(bytes: Uint8Array<ArrayBuffer>, length: number): Result {
    if (this.failure !== 0) return -this.failure;
    this.#pieces.push(bytes.slice(0, length));
    return 0;
  }

  sendFile(_file: number, length: number): Result {
    let sent = 0;
    while (sent < length) {
      const piece = this.files.shift() ?? 0;
      if (typeof piece === "number") return piece < 0 ? piece : sent;
      this.#pieces.push(piece.slice(0, length - sent));
      sent += Math.min(piece.length, length - sent);
    }
    return sent;
  }

  flush(): Result {
    return 0 - this.failure;
  }

  close(): Result {
    this.isClosed = true;
    return 0 - this.failure;
  }
}

/** An inlet that gives bytes in pieces of the sizes given, by turns, then the end. */
export class MemoryInlet implements Inlet {
  receivedBytes = 0;
  readonly waitedMs = 0;
  failure = 0;
  #turn = 0;

  constructor(readonly bytes: Uint8Array, readonly pieces: readonly number[] = [1 << 30]) {}

  receive(into: Uint8Array<ArrayBuffer>, length: number): Result {
    const piece = this.pieces[this.#turn++ % this.pieces.length] ?? 1;
    const end = Math.min(this.receivedBytes + Math.min(length, piece), this.bytes.length);
    const bytes = this.bytes.subarray(this.receivedBytes, end);
    into.set(bytes);
    this.receivedBytes = end;
    return bytes.length;
  }

  receiveToFile(_file: number, length: number): Result {
    return this.receive(new Uint8Array(length), length);
  }

  wait(): boolean {
    return true;
  }
}
