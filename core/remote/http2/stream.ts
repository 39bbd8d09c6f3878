import type { Fields } from "./hpack.ts";
import type { Http2Error } from "./http2_error.ts";

/** Who hears what comes on a stream. */
export interface StreamListener {
  /** Fields of the peer's: a client hears those before an answer's content and those behind it. */
  fields(fields: Fields): void;
  /** Content; good only during the call. */
  content(bytes: Uint8Array): void;
  /** The peer has ended its half. */
  end(): void;
  /** The stream is over before that. */
  failed(error: Http2Error): void;
}

/** What a stream needs of its connection. */
export interface StreamOwner {
  /** There is something to send. */
  wants(stream: Http2Stream): void;
  /** The peer may send so many bytes more. */
  gives(stream: Http2Stream, bytes: number): void;
  /** It is to be reset. */
  resets(stream: Http2Stream): void;
  /** Fields that go before all content. */
  saysFields(stream: Http2Stream, fields: Fields): void;
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly written: (() => void) | undefined;
}

/** One request and its answer, both as they come. */
export class Http2Stream {
  /** Bytes that the peer takes now. */
  window: number;
  /** Bytes that the peer may send now. */
  credit: number;
  /** The peer has ended its half, or the stream is over. */
  isOver = false;
  /** What goes behind the content, once there is no more. */
  trailers: Fields | undefined;
  readonly #owner: StreamOwner;
  readonly #pieces: Piece[] = [];
  /** Of the first piece. */
  #sent = 0;
  #isEnding = false;
  #isEnded = false;
  /** Bytes that have come and not been given back to the peer as credit. */
  #taken = 0;
  #isHeld = false;

  constructor(
    readonly id: number,
    readonly listener: StreamListener,
    owner: StreamOwner,
    window: number,
    readonly fullCredit: number,
  ) {
    this.#owner = owner;
    this.window = window;
    this.credit = fullCredit;
  }

  /** Sends bytes, which must not be changed any more; calls back when the system has them. */
  write(bytes: Uint8Array, written?: () => void): void {
    if (this.#isEnding) return;
    this.#pieces.push({ bytes, written });
    this.#owner.wants(this);
  }

  /** At a server, before anything is written: the fields of the answer. */
  respond(fields: Fields): void {
    if (!this.#isEnding) this.#owner.saysFields(this, fields);
  }

  /** Nothing more will be written; fields may go behind what was. */
  end(trailers?: Fields): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.trailers = trailers;
    this.#owner.wants(this);
  }

  /** Like `end`, but what the peer does not take now is not sent any more. */
  endNow(trailers: Fields): void {
    if (this.#isEnded) return;
    const waiting = this.#pieces.reduce((sum, { bytes }) => sum + bytes.length, -this.#sent);
    if (waiting <= this.window) return this.end(trailers);
    this.#pieces.length = 0;
    this.#sent = 0;
    this.#isEnding = true;
    this.trailers = trailers;
    this.#owner.wants(this);
  }

  /** Ends both halves at once. */
  cancel(): void {
    if (this.isOver && this.#isEnded) return;
    this.close();
    this.#owner.resets(this);
  }

  /** From now on the peer gets no new credit for what it sends. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The peer may send again. */
  release(): void {
    this.#isHeld = false;
    this.#give(0);
  }

  /** It is over, and nothing more is sent. */
  close(): void {
    this.isOver = true;
    this.#isEnding = true;
    this.#isEnded = true;
    this.#pieces.length = 0;
  }

  /** Content has come, in a frame of so many bytes. */
  take(content: Uint8Array, frameBytes: number): void {
    this.listener.content(content);
    this.#give(frameBytes);
  }

  /** Whether a frame can be sent now. */
  get isReady(): boolean {
    if (this.#isEnded) return false;
    if (this.#pieces.length === 0) return this.#isEnding;
    return this.window > 0 || this.#pieces[0]!.bytes.length === 0; // there is one
  }

  /** Nothing more will be written here. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Both halves are over. */
  get isDone(): boolean {
    return this.isOver && this.#isEnded;
  }

  /**
   * Puts the next of what is to be sent into `into` and adds to `done` who is to be told of it;
   * gives how many bytes.
   */
  fill(into: Uint8Array, done: (() => void)[]): number {
    // The peer may have made it less than nothing (RFC 9113, 6.9.2).
    const room = Math.max(0, Math.min(into.length, this.window));
    let filled = 0;
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const part = piece.bytes.subarray(this.#sent, this.#sent + room - filled);
      into.set(part, filled);
      filled += part.length;
      this.#sent += part.length;
      if (this.#sent < piece.bytes.length) break;
      if (piece.written !== undefined) done.push(piece.written);
      this.#pieces.shift();
      this.#sent = 0;
    }
    this.window -= filled;
    return filled;
  }

  /** Whether the frame just filled is the last; asked once. */
  takeEnd(): boolean {
    if (!this.#isEnding || this.#isEnded || this.#pieces.length > 0) return false;
    this.#isEnded = true;
    return true;
  }

  #give(bytes: number): void {
    this.#taken += bytes;
    if (this.#isHeld || this.isOver || this.#taken * 2 < this.fullCredit) return;
    this.#owner.gives(this, this.#taken);
    this.credit += this.#taken;
    this.#taken = 0;
  }
}
