/**
 * Messages on the wire: each has five bytes before it, whether it is compressed (never here) and
 * its length (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message).
 *
 * @module
 */

import { CallCode } from "./call.ts";

const HEADER_BYTES = 5;
/** The first message, which says who speaks or what is asked, may be so long. */
const FIRST_MESSAGE_BYTES = 1 << 20;
/** What is made ready for a message when only its length has come, which may be a lie. */
const FIRST_BYTES = 256 << 10;

/** What goes before a message of so many bytes. */
export function messageHeader(length: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(HEADER_BYTES);
  new DataView(header.buffer).setUint32(1, length);
  return header;
}

/** What makes a stream of bytes none of messages, with gRPC's code for it. */
export class FramingError extends Error {
  /** An error that a call ends with. */
  constructor(message: string, readonly code: number) {
    super(message);
  }
}

/**
 * Puts messages together from pieces as they come.
 *
 * ```ts
 * import { messageHeader, MessageReader } from "./framing.ts";
 * import assert from "node:assert/strict";
 * const reader = new MessageReader(1024);
 * const heard: number[][] = [];
 * for (const byte of [...messageHeader(2), 7, 8, ...messageHeader(0)]) {
 *   reader.take(Uint8Array.of(byte), (message) => heard.push([...message]));
 * }
 * assert.deepEqual(heard, [[7, 8], []]);
 * ```
 */
export class MessageReader {
  readonly #header = new Uint8Array(HEADER_BYTES);
  #headerLength = 0;
  /** A message has come. */
  #isKnown = false;
  /** The message that has begun, and how much of it is there. */
  #message: Uint8Array | undefined;
  #length = 0;

  /** Messages may be so long. */
  constructor(readonly messageBytes: number) {}

  /** In the middle of a message. */
  get isInside(): boolean {
    return this.#headerLength > 0;
  }

  /**
   * Takes a piece, which may be used again, and gives each message that becomes whole.
   *
   * @throws {FramingError} for what is no message, or too long a one
   */
  take(piece: Uint8Array, whole: (message: Uint8Array) => void): void {
    for (let at = 0; at < piece.length;) {
      if (this.#headerLength < HEADER_BYTES) {
        this.#header[this.#headerLength++] = piece[at++]!; // in the piece
        if (this.#headerLength < HEADER_BYTES) continue;
      }
      const length = this.#announced();
      const part = piece.subarray(at, at + length - this.#length);
      const message = this.#roomFor(this.#length + part.length, length);
      message.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length < length) continue;
      this.#message = undefined;
      this.#length = 0;
      this.#headerLength = 0;
      this.#isKnown = true;
      whole(message);
    }
  }

  /** What has come of a message, with room for so many bytes of all that it will have. */
  #roomFor(needed: number, length: number): Uint8Array {
    let message = this.#message ??= new Uint8Array(Math.min(length, FIRST_BYTES));
    if (message.length < needed) {
      message = new Uint8Array(Math.min(length, Math.max(needed, 2 * message.length)));
      message.set(this.#message);
      this.#message = message;
    }
    return message;
  }

  #announced(): number {
    if (this.#header[0] !== 0) {
      throw new FramingError("A message is compressed.", CallCode.Unimplemented);
    }
    const length = new DataView(this.#header.buffer).getUint32(1);
    const limit = this.#isKnown
      ? this.messageBytes
      : Math.min(this.messageBytes, FIRST_MESSAGE_BYTES);
    if (length <= limit) return length;
    const message = `A message of ${length} bytes is larger than ${limit}.`;
    throw new FramingError(message, CallCode.ResourceExhausted);
  }
}
