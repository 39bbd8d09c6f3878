import { after, type Timer } from "../../timer.ts";
import { type Call, CallCode, type CallStatus } from "./call.ts";
import { LinkError } from "./link_error.ts";

/** What {@linkcode MessageStream} is made of. */
export interface MessageStreamOptions {
  /** A call ends properly for a client with status 0, for a server when the client has ended its half. */
  readonly role: "client" | "server";
  /** What a status other than 0 means, and whether the peer has said anything. */
  readonly explain: (status: CallStatus, hasSpoken: boolean) => LinkError;
}

/** Bytes that may wait to be sent before a writer has to wait. */
const SEND_HIGH = 1 << 20;
/** Bytes that may wait to be read before the peer has to wait, and when it may go on. */
const RECEIVE_HIGH = 4 << 20;
const RECEIVE_LOW = 2 << 20;

/** What a message takes here besides its bytes. */
const MESSAGE_OVERHEAD = 128;

/** How long a peer may take to end a call that this side has aborted. */
const CANCEL_MS = 2000;

const READY: Promise<void> = Promise.resolve();

/**
 * A call as two queues of messages with back-pressure both ways: writing waits while more than a
 * mebibyte has not reached the socket, and the peer waits (HTTP/2 flow control) while more than
 * four mebibytes have not been read here.
 */
export class MessageStream {
  /** When the last message came, in milliseconds of `performance.now()`. */
  heardAt: number = performance.now();
  readonly #call: Call;
  readonly #options: MessageStreamOptions;
  readonly #received: Uint8Array[] = [];
  #receivedBytes = 0;
  #hasSpoken = false;
  #isPaused = false;
  #unsentBytes = 0;
  /** Undefined while it runs; then null after a proper end, or why it broke. */
  #end: LinkError | null | undefined;
  #endedHere = false;
  /** Nobody here wants to hear more. */
  #isDeaf = false;
  #cancelTimer: Timer | undefined;
  #readers: PromiseWithResolvers<Uint8Array | undefined>[] = [];
  #writers: PromiseWithResolvers<void>[] = [];
  readonly #settled = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();

  constructor(call: Call, options: MessageStreamOptions) {
    this.#call = call;
    this.#options = options;
    call.hear({
      data: (message) => this.#receive(message),
      end: () => {
        if (this.#end === undefined) this.#finish(null);
      },
      cancelled: () => this.#cancelled(),
      status: (status) => {
        this.#cancelTimer?.stop();
        if (this.#end !== undefined) return;
        this.#finish(
          status.code === CallCode.Ok ? null : this.#options.explain(status, this.#hasSpoken),
        );
      },
    });
  }

  /** Nothing will come any more, or the stream has broken. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** Nothing can be said any more. A server still speaks to a client that has ended its half. */
  get isMute(): boolean {
    const isHalf = this.#options.role === "server" && this.#end === null && !this.#endedHere;
    return this.#end !== undefined && !isHalf;
  }

  /** The peer has been told to wait: silence says nothing about it. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Bytes given to {@linkcode write} that have not reached the socket. */
  get unsentBytes(): number {
    return this.#unsentBytes;
  }

  /** Resolves when the stream is over, however. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /**
   * Resolves when the peer is not there any more, which at a server may be long after it has ended
   * its half; may never resolve.
   */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** The next message; undefined after a proper end. Throws the reason of any other end. */
  read(): Promise<Uint8Array | undefined> {
    const message = this.#received.shift();
    if (message !== undefined) {
      this.#receivedBytes -= message.length + MESSAGE_OVERHEAD;
      if (this.#isPaused && this.#receivedBytes < RECEIVE_LOW) this.#resume();
      return Promise.resolve(message);
    }
    if (this.#end === null) return Promise.resolve(undefined);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const reader = Promise.withResolvers<Uint8Array | undefined>();
    this.#readers.push(reader);
    return reader.promise;
  }

  /** Sends a message, which must not be changed any more; resolves when there is room for another. */
  write(message: Uint8Array): Promise<void> {
    if (this.#end) return Promise.reject(this.#end);
    // The peer needs nothing more: what is sent to it goes nowhere, as in a pipe nobody reads.
    if (this.#end === null && this.#options.role === "client") return READY;
    if (this.#endedHere) return READY;
    this.#unsentBytes += message.length;
    this.#call.write(message, () => {
      this.#unsentBytes -= message.length;
      if (this.#unsentBytes <= SEND_HIGH) this.#releaseWriters();
    });
    if (this.#unsentBytes <= SEND_HIGH) return READY;
    const writer = Promise.withResolvers<void>();
    this.#writers.push(writer);
    return writer.promise;
  }

  /** Nothing more will be written. For a server this ends the whole call. */
  end(): void {
    if (this.#endedHere) return;
    this.#endedHere = true;
    this.#call.end();
    if (this.#options.role === "server" && this.#end === undefined) this.#finish(null);
  }

  /** Ends both halves now; reading and writing throw the error, after what has come already. */
  break(error: LinkError): void {
    if (this.isMute) return;
    this.#endedHere = true;
    this.#isDeaf = true;
    this.#finish(error);
    this.#call.cancel();
  }

  /**
   * Sends what has been written, and reads no more: reading and writing throw the error. A client's
   * call that the peer does not end within two seconds is cancelled.
   */
  endAndBreak(error: LinkError): void {
    if (this.isMute) return;
    this.#endedHere = true;
    this.#isDeaf = true;
    this.#finish(error);
    this.#call.end();
    if (this.#options.role === "server") return;
    this.#call.resume();
    this.#cancelTimer = after(CANCEL_MS, () => this.#call.cancel());
  }

  #receive(message: Uint8Array): void {
    this.heardAt = performance.now();
    this.#hasSpoken = true;
    if (this.#isDeaf) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve(message);
      return;
    }
    this.#received.push(message);
    this.#receivedBytes += message.length + MESSAGE_OVERHEAD;
    if (this.#receivedBytes > RECEIVE_HIGH && !this.#isPaused) {
      this.#isPaused = true;
      this.#call.pause();
    }
  }

  #resume(): void {
    this.#isPaused = false;
    this.heardAt = performance.now();
    this.#call.resume();
  }

  #cancelled(): void {
    this.#gone.resolve();
    const error = this.#options.explain({ code: CallCode.Lost, details: "" }, this.#hasSpoken);
    if (this.#end === undefined) return this.#finish(error);
    // The client had ended its half and is gone now: writers must not wait for it.
    if (this.#end === null && !this.#endedHere) this.#end = error;
    for (const writer of this.#writers.splice(0)) writer.reject(error);
  }

  #finish(end: LinkError | null): void {
    this.#end = end;
    for (const reader of this.#readers.splice(0)) {
      if (end === null) reader.resolve(undefined);
      else reader.reject(end);
    }
    if (end !== null) { for (const writer of this.#writers.splice(0)) writer.reject(end); }
    else if (this.#options.role === "client") this.#releaseWriters();
    this.#settled.resolve();
  }

  #releaseWriters(): void {
    for (const writer of this.#writers.splice(0)) writer.resolve();
  }
}

/** How a call's end is explained when it broke. */
export function lostConnection(peer: string): LinkError {
  return new LinkError("lost", `The connection to ${peer} was lost.`);
}
