import type { Http2Stream } from "../http2/mod.ts";
import { FramingError, MessageReader } from "./framing.ts";

/** Who hears what comes through an inlet. */
export interface InletListener {
  message(message: Uint8Array): void;
  /** What came is no message; nothing more is heard. */
  broken(error: FramingError): void;
}

/** The messages of a stream as they come, which can be told to wait. */
export class Inlet {
  readonly #reader: MessageReader;
  readonly #listener: InletListener;
  #stream: Http2Stream | undefined;
  /** What came while it was paused: at most what a stream may hold that gets no credit. */
  readonly #unread: Uint8Array[] = [];
  #isPaused = false;
  #isBroken = false;
  #atEnd: (() => void) | undefined;

  /** Messages may be so long. */
  constructor(messageBytes: number, listener: InletListener) {
    this.#reader = new MessageReader(messageBytes);
    this.#listener = listener;
  }

  /** In the middle of a message. */
  get isInside(): boolean {
    return this.#reader.isInside;
  }

  /** From now on it is this stream whose peer waits when messages do. */
  connect(stream: Http2Stream): void {
    this.#stream = stream;
    if (this.#isPaused) stream.hold();
  }

  /** Takes content of the stream, good only during the call. */
  take(bytes: Uint8Array): void {
    if (this.#isBroken) return;
    if (this.#isPaused) this.#unread.push(bytes.slice());
    else this.#read(bytes);
  }

  /** Nothing more will come: calls back when all that has is heard. */
  end(heard: () => void): void {
    this.#atEnd = heard;
    this.#noteEnd();
  }

  /** Messages wait from now on. */
  pause(): void {
    this.#isPaused = true;
    this.#stream?.hold();
  }

  /** Gives what waited, until it is told to pause again. */
  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused) {
      const bytes = this.#unread.shift();
      if (bytes === undefined) break;
      this.#read(bytes);
    }
    if (!this.#isPaused) this.#stream?.release();
    this.#noteEnd();
  }

  #noteEnd(): void {
    const heard = this.#atEnd;
    if (heard === undefined || this.#unread.length > 0) return;
    this.#atEnd = undefined;
    heard();
  }

  #read(bytes: Uint8Array): void {
    try {
      this.#reader.take(bytes, (message) => this.#listener.message(message));
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.#unread.length = 0;
      this.#isBroken = true;
      this.#listener.broken(error);
    }
  }
}
