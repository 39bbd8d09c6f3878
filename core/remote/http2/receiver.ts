import { after } from "../../timer.ts";
import { Code, Flag, FRAME_BYTES, FrameType, HEADER_BYTES, WINDOW_MAX } from "./frames.ts";
import { type Fields, FieldsDecoder, LIST_BYTES } from "./hpack.ts";
import { Http2Error } from "./http2_error.ts";

/** Bytes that are read at once: at first, and where they come as fast. */
const READ_BYTES = 32 << 10;
const READ_BYTES_MAX = 256 << 10;
/** So long frames are taken without a turn for timers and for others. */
const TURN_MS = 8;
/** Whoever has waited so long for bytes has let others have their turn. */
const WAIT_MS = 1;
/** What a frame of fields may begin with: a stream that it depends on, and a weight. */
const PRIORITY_BYTES = 5;
/** Frames that one block of fields may be cut into. */
const BLOCK_FRAMES = 16;

/** Who hears what comes; bytes are good only during the call. */
export interface FrameListener {
  /** Content of a stream, in a frame of so many bytes. */
  data(stream: number, content: Uint8Array, frameBytes: number, isLast: boolean): void;
  fields(stream: number, fields: Fields, isLast: boolean): void;
  reset(stream: number, code: number): void;
  settings(settings: readonly (readonly [setting: number, value: number])[]): void;
  ping(payload: Uint8Array): void;
  /** The peer takes no streams after this one. */
  farewell(last: number): void;
  /** The peer takes more on a stream, or on all of them (0). */
  window(stream: number, more: number): void;
}

/** What comes on a connection, as frames that are what they should be. */
export class Receiver {
  readonly #conn: Deno.TcpConn;
  readonly #listener: FrameListener;
  readonly #decoder = new FieldsDecoder();
  /** What has to come first and is no frame. */
  #magic: Uint8Array;
  /** Header fields that go on in the next frame, and for whom they are. */
  #block:
    | { readonly stream: number; readonly isLast: boolean; bytes: Uint8Array; frames: number }
    | undefined;
  #hasSettings = false;
  #isStopped = false;
  /** When others had their turn, in milliseconds of `performance.now()`. */
  #turnedAt = performance.now();
  /** Ends the turn that others have. */
  #endTurn: (() => void) | undefined;
  /** When bytes came last, in milliseconds of `performance.now()`. */
  heardAt: number = this.#turnedAt;

  /** Hears frames after `magic`. */
  constructor(conn: Deno.TcpConn, magic: Uint8Array, listener: FrameListener) {
    this.#conn = conn;
    this.#magic = magic;
    this.#listener = listener;
  }

  /** Whether the peer has shown that it speaks HTTP/2. */
  get isKnown(): boolean {
    return this.#hasSettings;
  }

  /** Takes nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#endTurn?.();
  }

  /**
   * Reads frames until it is stopped.
   *
   * @throws {Http2Error} for what is no HTTP/2, and what the connection throws
   */
  async run(): Promise<void> {
    let buffer = new Uint8Array(READ_BYTES);
    let end = 0;
    while (!this.#isStopped) {
      const got = await this.#read(buffer.subarray(end));
      if (got === null) throw new Http2Error("The peer has closed the connection.");
      end += got;
      const wasFull = end === buffer.length;
      const taken = this.#takeAll(buffer.subarray(0, end));
      const rest = buffer.subarray(taken, end);
      if (wasFull && buffer.length < READ_BYTES_MAX) buffer = new Uint8Array(2 * buffer.length);
      else if (end < READ_BYTES && buffer.length > READ_BYTES) buffer = new Uint8Array(READ_BYTES);
      buffer.set(rest);
      end = rest.length;
    }
  }

  /** Reads until the peer has closed the connection, and takes nothing of it. */
  async discard(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    while (!this.#isStopped && await this.#read(buffer) !== null);
  }

  async #read(into: Uint8Array): Promise<number | null> {
    const asked = performance.now();
    const got = await this.#conn.read(into);
    this.heardAt = performance.now();
    if (this.heardAt - asked > WAIT_MS) this.#turnedAt = this.heardAt;
    else if (this.heardAt - this.#turnedAt > TURN_MS) {
      // What is there already is read without a turn of the event loop, however much there is.
      await new Promise<void>((resolve) => {
        const timer = after(0, resolve);
        this.#endTurn = (): void => {
          timer.stop();
          resolve();
        };
      });
      this.#turnedAt = performance.now();
    }
    return got;
  }

  /** Takes what is whole of what has come; gives its bytes. */
  #takeAll(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = this.#takeMagic(bytes);
    if (this.#magic.length > 0) return at;
    while (bytes.length - at >= HEADER_BYTES && !this.#isStopped) {
      const length = view.getUint32(at) >>> 8;
      const type = view.getUint8(at + 3);
      if (!this.#hasSettings && type !== FrameType.Settings) throw notHttp2();
      if (length > FRAME_BYTES) throw new Http2Error("A frame is too long.", Code.FrameSize);
      if (bytes.length - at < HEADER_BYTES + length) break;
      const flags = view.getUint8(at + 4);
      const stream = view.getUint32(at + 5) & 0x7fffffff;
      at += HEADER_BYTES;
      this.#take(type, flags, stream, bytes.subarray(at, at + length));
      at += length;
    }
    return at;
  }

  #takeMagic(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#magic.length);
    for (let at = 0; at < count; at++) if (bytes[at] !== this.#magic[at]) throw notHttp2();
    this.#magic = this.#magic.subarray(count);
    return count;
  }

  #take(type: number, flags: number, id: number, payload: Uint8Array): void {
    if (this.#block !== undefined && type !== FrameType.Continuation) {
      throw new Http2Error("Header fields are interrupted.");
    }
    const isLast = (flags & Flag.EndStream) !== 0;
    switch (type) {
      case FrameType.Data:
        return this.#listener.data(
          someStream(id),
          unpadded(flags, payload),
          payload.length,
          isLast,
        );
      case FrameType.Headers: {
        const unfilled = unpadded(flags, payload);
        const isRanked = (flags & Flag.Priority) !== 0;
        if (isRanked) checkSize(unfilled.length >= PRIORITY_BYTES);
        const bytes = isRanked ? unfilled.subarray(PRIORITY_BYTES) : unfilled;
        this.#block = { stream: someStream(id), isLast, bytes: bytes.slice(), frames: 1 };
        return this.#goOn(flags);
      }
      case FrameType.Continuation:
        return this.#takeContinuation(flags, id, payload);
      case FrameType.Priority: // means nothing any more (RFC 9113, 5.3.2)
        someStream(id);
        return checkSize(payload.length === PRIORITY_BYTES);
      case FrameType.Settings:
        noStream(id);
        return this.#takeSettings(flags, payload);
      case FrameType.Reset:
        return this.#listener.reset(someStream(id), number32(payload, payload.length === 4));
      case FrameType.Ping:
        noStream(id);
        checkSize(payload.length === 8);
        if ((flags & Flag.Ack) === 0) this.#listener.ping(payload);
        return;
      case FrameType.GoAway:
        noStream(id);
        return this.#listener.farewell(number32(payload, payload.length >= 8) & WINDOW_MAX);
      case FrameType.WindowUpdate:
        return this.#takeWindow(id, number32(payload, payload.length === 4) & WINDOW_MAX);
      case FrameType.PushPromise:
        throw new Http2Error("A push was not asked for.");
    }
  }

  #takeWindow(id: number, more: number): void {
    if (more === 0) throw new Http2Error("A window grows by nothing.");
    this.#listener.window(id, more);
  }

  #takeContinuation(flags: number, id: number, payload: Uint8Array): void {
    const block = this.#block;
    if (block?.stream !== id) throw new Http2Error("Header fields go on that never began.");
    const bytes = new Uint8Array(block.bytes.length + payload.length);
    if (bytes.length > LIST_BYTES || ++block.frames > BLOCK_FRAMES) {
      throw new Http2Error("There are too many header fields.", Code.EnhanceYourCalm);
    }
    bytes.set(block.bytes);
    bytes.set(payload, block.bytes.length);
    block.bytes = bytes;
    this.#goOn(flags);
  }

  /** The block has come, or goes on in another frame. */
  #goOn(flags: number): void {
    const block = this.#block;
    if (block === undefined || (flags & Flag.EndHeaders) === 0) return;
    this.#block = undefined;
    // Whoever they are for: the next block may refer to them.
    const fields = this.#decoder.decode(block.bytes);
    this.#listener.fields(block.stream, fields, block.isLast);
  }

  #takeSettings(flags: number, payload: Uint8Array): void {
    this.#hasSettings = true;
    if ((flags & Flag.Ack) !== 0) return checkSize(payload.length === 0);
    checkSize(payload.length % 6 === 0);
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const settings: [number, number][] = [];
    for (let at = 0; at < payload.length; at += 6) {
      settings.push([view.getUint16(at), view.getUint32(at + 2)]);
    }
    this.#listener.settings(settings);
  }
}

/** A stream's number where the connection itself cannot be meant. */
function someStream(id: number): number {
  if (id === 0) throw new Http2Error("A frame belongs to no stream.");
  return id;
}

/** Sees that the connection itself is meant. */
function noStream(id: number): void {
  if (id !== 0) throw new Http2Error("A frame of the connection names a stream.");
}

function checkSize(isRight: boolean): void {
  if (!isRight) throw new Http2Error("A frame has a wrong length.", Code.FrameSize);
}

/** The first number of a payload of a kind of frame that is as long as it should be. */
function number32(payload: Uint8Array, hasLength: boolean): number {
  checkSize(hasLength);
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}

/** A payload without its padding. */
function unpadded(flags: number, payload: Uint8Array): Uint8Array {
  if ((flags & Flag.Padded) === 0) return payload;
  const padding = payload[0];
  if (padding === undefined || padding >= payload.length) {
    throw new Http2Error("A frame is all padding.");
  }
  return payload.subarray(1, payload.length - padding);
}

function notHttp2(): Http2Error {
  return new Http2Error("The peer does not speak HTTP/2.");
}
