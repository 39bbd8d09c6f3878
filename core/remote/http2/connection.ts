/**
 * A client's end of HTTP/2 (RFC 9113) without TLS, as much of it as gRPC needs: requests and
 * answers that stream both ways, with flow control. `node:http2` takes 45 ms of processor time to
 * load and fetch leaves Nagle's algorithm on, which costs 40 ms now and again.
 *
 * @module
 */
import {
  Code,
  Flag,
  frame,
  FRAME_BYTES,
  FrameType,
  HEADER_BYTES,
  number32,
  preface,
  Setting,
  WINDOW_BYTES,
  WINDOW_MAX,
} from "./frames.ts";
import { decodeFields, encodeFields, type Fields } from "./hpack.ts";
import { asHttp2Error, Http2Error } from "./http2_error.ts";
import { SEND_BYTES, Sender } from "./sender.ts";
import { Http2Stream, type StreamListener, type StreamOwner } from "./stream.ts";

/** What may be on its way to here, on each stream: what a link of 1 Gbit/s holds in 60 ms. */
const CREDIT = 8 << 20;
/** On all of them together. */
const FULL_CREDIT = 64 << 20;
const READ_BYTES = 256 << 10;
/** Bytes of header fields that are read. */
const FIELDS_BYTES = 64 << 10;
/** How long the peer may take to take what was said last. */
const FAREWELL_MS = 2000;
const CLOSED = "The connection has been closed.";
const NO_MORE = "The peer takes no more calls.";

/** A connection that carries streams. */
export class Http2Connection implements StreamOwner {
  readonly #conn: Deno.TcpConn;
  readonly #streams = new Map<number, Http2Stream>();
  #nextId = 1;
  #failure: Http2Error | undefined;
  /** The peer takes no new streams. */
  #isLeaving = false;
  /** Nobody here wants more. */
  #isClosing = false;
  #farewell: ReturnType<typeof setTimeout> | undefined;

  // What goes out.
  readonly #sender: Sender;
  #streamWindow = WINDOW_BYTES;
  /** Streams that the peer takes at once. */
  #streamsMax = Infinity;

  // What comes in.
  #credit = FULL_CREDIT;
  #taken = 0;
  /** Header fields that go on in the next frame, and for whom they are. */
  #block: { readonly stream: number; readonly flags: number; bytes: Uint8Array } | undefined;
  #hasSettings = false;

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#sender = new Sender(conn, {
      sentLast: (stream) => this.#forgetIfDone(stream),
      rests: () => this.#leave(),
      failed: (error) => this.#fail(error),
    });
    this.#sender.say(preface([
      [Setting.HeaderTableSize, 0],
      [Setting.EnablePush, 0],
      [Setting.InitialWindowSize, CREDIT],
    ]));
    this.#sender.say(frame(FrameType.WindowUpdate, 0, 0, number32(FULL_CREDIT - WINDOW_BYTES)));
    this.#receive();
  }

  /** Connects; throws what `Deno.connect` does. */
  static async dial(hostname: string, port: number, signal: AbortSignal): Promise<Http2Connection> {
    const conn = await Deno.connect({ hostname, port, signal });
    conn.setNoDelay(true);
    return new Http2Connection(conn);
  }

  /** Whether it takes another stream. */
  get isOpen(): boolean {
    return this.#failure === undefined && !this.#isLeaving && !this.#isClosing;
  }

  /** Makes a request. */
  open(fields: Fields, listener: StreamListener): Http2Stream {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new Http2Stream(id, listener, this, this.#streamWindow, CREDIT);
    if (!this.isOpen || this.#streams.size >= this.#streamsMax) {
      stream.close();
      const why = this.#isClosing ? CLOSED : NO_MORE;
      queueMicrotask(() => listener.failed(this.#failure ?? new Http2Error(why)));
      return stream;
    }
    this.#streams.set(id, stream);
    this.#sender.say(frame(FrameType.Headers, Flag.EndHeaders, id, encodeFields(fields)));
    return stream;
  }

  /** Whether the peer has shown that it speaks HTTP/2. */
  get isKnown(): boolean {
    return this.#hasSettings;
  }

  /**
   * Ends it once the streams are over that have not been cancelled: who says why it leaves shall be
   * heard. Whatever is open two seconds later ends then.
   */
  close(): void {
    if (this.#isClosing || this.#failure !== undefined) return;
    this.#isClosing = true;
    this.#farewell = setTimeout(() => this.#hangUp(), FAREWELL_MS);
    this.#leave();
  }

  /** Hangs up when either end wants to and nothing is under way. */
  #leave(): void {
    const isLast = this.#isClosing || this.#isLeaving;
    if (isLast && !this.#sender.isBusy && this.#streams.size === 0) this.#hangUp();
  }

  #hangUp(): void {
    this.#fail(new Http2Error(CLOSED));
  }

  wants(stream: Http2Stream): void {
    this.#sender.wants(stream);
  }

  gives(stream: Http2Stream, bytes: number): void {
    this.#sender.say(frame(FrameType.WindowUpdate, 0, stream.id, number32(bytes)));
  }

  resets(stream: Http2Stream): void {
    if (!this.#streams.delete(stream.id)) return;
    this.#sender.say(frame(FrameType.Reset, 0, stream.id, number32(Code.Cancel)));
  }

  /** Forgets a stream both of whose halves are over. */
  #forgetIfDone(stream: Http2Stream): void {
    if (!stream.isDone) return;
    this.#streams.delete(stream.id);
    this.#leave();
  }

  #fail(error: Http2Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#farewell);
    this.#sender.stop();
    this.#conn.close();
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) {
      const wasOver = stream.isOver;
      stream.close();
      if (!wasOver) stream.listener.failed(error);
    }
  }

  /** Reads frames until the connection ends. */
  async #receive(): Promise<void> {
    try {
      const buffer = new Uint8Array(READ_BYTES);
      let end = 0;
      while (this.#failure === undefined) {
        const got = await this.#conn.read(buffer.subarray(end));
        if (got === null) throw new Http2Error("The peer has closed the connection.");
        end += got;
        const taken = this.#takeFrames(buffer.subarray(0, end));
        buffer.copyWithin(0, taken, end);
        end -= taken;
      }
    } catch (error) {
      this.#fail(asHttp2Error(error));
    }
  }

  /** Takes the whole frames of what has come; gives their bytes. */
  #takeFrames(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES && this.#failure === undefined) {
      const length = view.getUint32(at) >>> 8;
      const type = view.getUint8(at + 3);
      if (!this.#hasSettings && type !== FrameType.Settings) throw notHttp2();
      if (length > FRAME_BYTES) throw new Http2Error("A frame is too long.");
      if (bytes.length - at < HEADER_BYTES + length) break;
      const flags = view.getUint8(at + 4);
      const stream = view.getUint32(at + 5) & 0x7fffffff;
      at += HEADER_BYTES;
      this.#takeFrame(type, flags, stream, bytes.subarray(at, at + length));
      at += length;
    }
    return at;
  }

  #takeFrame(type: number, flags: number, id: number, payload: Uint8Array): void {
    if (this.#block !== undefined && type !== FrameType.Continuation) {
      throw new Http2Error("Header fields are interrupted.");
    }
    switch (type) {
      case FrameType.Data:
        return this.#takeData(flags, id, payload);
      case FrameType.Headers:
        return this.#takeHeaders(flags, id, payload);
      case FrameType.Continuation:
        return this.#takeContinuation(flags, id, payload);
      case FrameType.Settings:
        return this.#takeSettings(flags, payload);
      case FrameType.Reset:
        return this.#takeReset(id, payload);
      case FrameType.Ping:
        if ((flags & Flag.Ack) === 0) this.#sender.say(frame(FrameType.Ping, Flag.Ack, 0, payload));
        return;
      case FrameType.GoAway:
        return this.#takeGoAway(payload);
      case FrameType.WindowUpdate:
        return this.#takeWindow(id, payload);
      case FrameType.PushPromise:
        throw new Http2Error("A push was not asked for.");
    }
  }

  #takeData(flags: number, id: number, payload: Uint8Array): void {
    // Padding counts as well.
    this.#credit -= payload.length;
    if (this.#credit < 0) throw new Http2Error("More came than was allowed.");
    this.#taken += payload.length;
    const content = unpadded(flags, payload);
    const stream = this.#streams.get(id);
    if (stream !== undefined && !stream.isOver) {
      stream.credit -= payload.length;
      if (stream.credit < 0) throw new Http2Error("More came than was allowed.");
      stream.take(content, payload.length);
      if ((flags & Flag.EndStream) !== 0) this.#endHalf(stream);
    }
    if (this.#taken * 2 < FULL_CREDIT) return;
    this.#sender.say(frame(FrameType.WindowUpdate, 0, 0, number32(this.#taken)));
    this.#credit += this.#taken;
    this.#taken = 0;
  }

  #takeHeaders(flags: number, id: number, payload: Uint8Array): void {
    const unfilled = unpadded(flags, payload);
    const bytes = (flags & Flag.Priority) === 0 ? unfilled : unfilled.subarray(5);
    this.#block = { stream: id, flags, bytes: bytes.slice() };
    if ((flags & Flag.EndHeaders) !== 0) this.#takeBlock();
  }

  #takeContinuation(flags: number, id: number, payload: Uint8Array): void {
    const block = this.#block;
    if (block?.stream !== id) throw new Http2Error("Header fields go on that never began.");
    const bytes = new Uint8Array(block.bytes.length + payload.length);
    if (bytes.length > FIELDS_BYTES) throw new Http2Error("There are too many header fields.");
    bytes.set(block.bytes);
    bytes.set(payload, block.bytes.length);
    block.bytes = bytes;
    if ((flags & Flag.EndHeaders) !== 0) this.#takeBlock();
  }

  #takeBlock(): void {
    const block = this.#block;
    this.#block = undefined;
    if (block === undefined) return;
    const fields = decodeFields(block.bytes);
    const stream = this.#streams.get(block.stream);
    if (stream === undefined || stream.isOver) return;
    // An answer of 1xx is none yet.
    if (!/^1/.test(fields.get(":status") ?? "")) stream.listener.fields(fields);
    if ((block.flags & Flag.EndStream) !== 0) this.#endHalf(stream);
  }

  #endHalf(stream: Http2Stream): void {
    stream.isOver = true;
    stream.listener.end();
    this.#forgetIfDone(stream);
  }

  #takeReset(id: number, payload: Uint8Array): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#streams.delete(id);
    const wasOver = stream.isOver;
    stream.close();
    const code = payload.length === 4 ? payload[3] : Code.Protocol;
    if (!wasOver) {
      stream.listener.failed(new Http2Error(`The peer ended the call (${code}).`));
    }
    this.#leave();
  }

  #takeSettings(flags: number, payload: Uint8Array): void {
    this.#hasSettings = true;
    if ((flags & Flag.Ack) !== 0) return;
    if (payload.length % 6 !== 0) throw new Http2Error("Settings break off.");
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    for (let at = 0; at < payload.length; at += 6) {
      const value = view.getUint32(at + 2);
      switch (view.getUint16(at)) {
        case Setting.InitialWindowSize:
          if (value > WINDOW_MAX) throw new Http2Error("A window is too large.");
          for (const stream of this.#streams.values()) {
            stream.window += value - this.#streamWindow;
            this.#sender.wants(stream);
          }
          this.#streamWindow = value;
          break;
        case Setting.MaxConcurrentStreams:
          this.#streamsMax = value;
          break;
        case Setting.MaxFrameSize:
          if (value < FRAME_BYTES) throw new Http2Error("Frames are to be too short.");
          this.#sender.frameBytes = Math.min(value, SEND_BYTES / 4);
          break;
      }
    }
    this.#sender.say(frame(FrameType.Settings, Flag.Ack, 0, new Uint8Array(0)));
  }

  #takeGoAway(payload: Uint8Array): void {
    if (payload.length < 8) throw new Http2Error("A farewell breaks off.");
    this.#isLeaving = true;
    const last = new DataView(payload.buffer, payload.byteOffset).getUint32(0) & 0x7fffffff;
    for (const [id, stream] of this.#streams) {
      if (id <= last) continue;
      this.#streams.delete(id);
      stream.close();
      stream.listener.failed(new Http2Error(NO_MORE));
    }
    this.#leave();
  }

  #takeWindow(id: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw new Http2Error("A window's size breaks off.");
    const more = new DataView(payload.buffer, payload.byteOffset).getUint32(0) & 0x7fffffff;
    if (id === 0) {
      this.#sender.window += more;
      if (this.#sender.window > WINDOW_MAX) throw new Http2Error("A window is too large.");
      for (const stream of this.#streams.values()) this.#sender.wants(stream);
    } else {
      const stream = this.#streams.get(id);
      if (stream === undefined) return;
      stream.window += more;
      if (stream.window > WINDOW_MAX) throw new Http2Error("A window is too large.");
      this.#sender.wants(stream);
    }
  }
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
