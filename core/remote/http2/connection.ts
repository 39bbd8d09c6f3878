/**
 * An end of HTTP/2 (RFC 9113) without TLS, as much of it as gRPC needs: requests and answers that
 * stream both ways, with flow control. `node:http2` takes 45 ms of processor time to load and can
 * take the process with it; fetch leaves Nagle's algorithm on, which costs 40 ms now and again.
 *
 * @module
 */
import {
  Code,
  Flag,
  frame,
  FRAME_BYTES,
  FrameType,
  MAGIC,
  number32,
  Setting,
  settingsFrame,
  WINDOW_BYTES,
  WINDOW_MAX,
} from "./frames.ts";
import { encodeFields, type Fields, LIST_BYTES } from "./hpack.ts";
import { asHttp2Error, Http2Error } from "./http2_error.ts";
import { type FrameListener, Receiver } from "./receiver.ts";
import { FRAME_BYTES_MAX, Sender } from "./sender.ts";
import { Http2Stream, type StreamListener, type StreamOwner } from "./stream.ts";

/** What may be on its way to here, on each stream: what a link of 1 Gbit/s holds in 60 ms. */
const CREDIT = 8 << 20;
/** On all of them together. */
const FULL_CREDIT = 64 << 20;
/** Calls at once on one connection: a client needs one for its session, and a ping beside it. */
const STREAMS_MAX = 8;
/** So many calls may be given up by a client before they are answered, more than were answered. */
const RESETS_MAX = 100;
/** How long the peer may take to take what was said last. */
const FAREWELL_MS = 2000;
const CLOSED = "The connection has been closed.";
const NO_MORE = "The peer takes no more calls.";

/** What a server does with a request: it opens the stream at once, or the request is not heard. */
export type Accept = (fields: Fields, open: (listener: StreamListener) => Http2Stream) => void;

/** A connection that carries streams. */
export class Http2Connection implements StreamOwner, FrameListener {
  readonly #conn: Deno.TcpConn;
  readonly #streams = new Map<number, Http2Stream>();
  #failure: Http2Error | undefined;
  /** The peer takes no new streams. */
  #isLeaving = false;
  /** Nobody here wants more. */
  #isClosing = false;
  #farewell: ReturnType<typeof setTimeout> | undefined;
  readonly #over = Promise.withResolvers<void>();

  // A client's.
  #nextId = 1;
  // A server's.
  readonly #accept: Accept | undefined;
  /** The last stream that the peer has begun. */
  #lastId = 0;
  #resets = 0;

  // What goes out.
  readonly #sender: Sender;
  #streamWindow = WINDOW_BYTES;
  /** Streams that the peer takes at once. */
  #streamsMax = Infinity;

  // What comes in.
  readonly #receiver: Receiver;
  #credit = FULL_CREDIT;
  #taken = 0;

  private constructor(conn: Deno.TcpConn, accept?: Accept) {
    conn.setNoDelay(true);
    this.#conn = conn;
    this.#accept = accept;
    this.#sender = new Sender(conn, {
      sentLast: (stream) => this.#sentLast(stream),
      rests: () => this.#leave(),
      failed: (error) => this.#fail(error),
    });
    if (accept === undefined) this.#sender.say(MAGIC);
    this.#sender.say(settingsFrame([
      accept === undefined ? [Setting.EnablePush, 0] : [Setting.MaxConcurrentStreams, STREAMS_MAX],
      [Setting.InitialWindowSize, CREDIT],
      [Setting.MaxHeaderListSize, LIST_BYTES],
    ]));
    this.#sender.say(frame(FrameType.WindowUpdate, 0, 0, number32(FULL_CREDIT - WINDOW_BYTES)));
    this.#receiver = new Receiver(conn, accept === undefined ? new Uint8Array(0) : MAGIC, this);
    this.#receiver.run().catch((error) => this.#fail(asHttp2Error(error)));
  }

  /** Connects; throws what `Deno.connect` does. */
  static async dial(hostname: string, port: number, signal: AbortSignal): Promise<Http2Connection> {
    return new Http2Connection(await Deno.connect({ hostname, port, signal }));
  }

  /** Serves a client; `accept` hears of each request. */
  static serve(conn: Deno.TcpConn, accept: Accept): Http2Connection {
    return new Http2Connection(conn, accept);
  }

  /** Whether it takes another stream. */
  get isOpen(): boolean {
    return this.#failure === undefined && !this.#isLeaving && !this.#isClosing;
  }

  /** Whether the peer has shown that it speaks HTTP/2. */
  get isKnown(): boolean {
    return this.#receiver.isKnown;
  }

  /** Whether somebody here is at work on a stream. */
  get isBusy(): boolean {
    for (const stream of this.#streams.values()) if (!stream.isEnding) return true;
    return false;
  }

  /** Resolves when the connection has ended. */
  get over(): Promise<void> {
    return this.#over.promise;
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
    this.saysFields(stream, fields);
    return stream;
  }

  /**
   * Ends it once the streams are over that have not been cancelled: who says why it leaves shall be
   * heard. Whatever is open two seconds later ends then.
   */
  close(): void {
    if (this.#isClosing || this.#failure !== undefined) return;
    this.#isClosing = true;
    if (this.#accept !== undefined) this.#sayFarewell(Code.None);
    this.#farewell = setTimeout(() => this.hangUp(), FAREWELL_MS);
    this.#leave();
  }

  /** Ends it now. */
  hangUp(): void {
    this.#fail(new Http2Error(CLOSED));
  }

  /** Hangs up when either end wants to and nothing is under way. */
  #leave(): void {
    const isLast = this.#isClosing || this.#isLeaving;
    if (isLast && !this.#sender.isBusy && this.#streams.size === 0) this.hangUp();
  }

  #sayFarewell(code: number): void {
    const payload = new Uint8Array(8);
    payload.set(number32(this.#lastId));
    payload.set(number32(code), 4);
    this.#sender.say(frame(FrameType.GoAway, 0, 0, payload));
  }

  wants(stream: Http2Stream): void {
    this.#sender.wants(stream);
  }

  gives(stream: Http2Stream, bytes: number): void {
    this.#sender.say(frame(FrameType.WindowUpdate, 0, stream.id, number32(bytes)));
  }

  resets(stream: Http2Stream): void {
    if (this.#streams.delete(stream.id)) this.#sayReset(stream.id, Code.Cancel);
  }

  saysFields(stream: Http2Stream, fields: Fields): void {
    this.#sayFields(stream, fields, 0);
  }

  #sayFields(stream: Http2Stream, fields: Fields, flags: number): void {
    const block = encodeFields(fields);
    this.#sender.say(frame(FrameType.Headers, Flag.EndHeaders | flags, stream.id, block));
  }

  #sayReset(id: number, code: number): void {
    this.#sender.say(frame(FrameType.Reset, 0, id, number32(code)));
  }

  #sentLast(stream: Http2Stream): void {
    if (stream.trailers !== undefined) this.#sayFields(stream, stream.trailers, Flag.EndStream);
    // The answer is whole: a server needs no more of the request (RFC 9113, 8.1).
    if (this.#accept !== undefined) {
      if (!stream.isOver) this.#sayReset(stream.id, Code.None);
      stream.isOver = true;
      this.#resets = Math.max(0, this.#resets - 1);
    }
    this.#forgetIfDone(stream);
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
    this.#receiver.stop();
    this.#conn.close();
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) this.#break(stream, error);
    this.#over.resolve();
  }

  /** A stream ends before its time. To a client an answer that is whole is enough. */
  #break(stream: Http2Stream, error: Http2Error): void {
    const isEnough = stream.isOver && this.#accept === undefined;
    stream.close();
    if (!isEnough) stream.listener.failed(error);
  }

  data(id: number, content: Uint8Array, frameBytes: number, isLast: boolean): void {
    // Padding counts as well.
    this.#credit -= frameBytes;
    if (this.#credit < 0) throw new Http2Error("More came than was allowed.");
    this.#taken += frameBytes;
    const stream = this.#streams.get(id);
    if (stream !== undefined && !stream.isOver) {
      stream.credit -= frameBytes;
      if (stream.credit < 0) throw new Http2Error("More came than was allowed.");
      stream.take(content, frameBytes);
      if (isLast) this.#endHalf(stream);
    }
    if (this.#taken * 2 < FULL_CREDIT) return;
    this.#sender.say(frame(FrameType.WindowUpdate, 0, 0, number32(this.#taken)));
    this.#credit += this.#taken;
    this.#taken = 0;
  }

  fields(id: number, fields: Fields, isLast: boolean): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      if (this.#accept !== undefined && id > this.#lastId) this.#begin(id, fields, isLast);
      return;
    }
    if (stream.isOver) return;
    // An answer of 1xx is none yet.
    if (!/^1/.test(fields.get(":status") ?? "")) stream.listener.fields(fields);
    if (isLast) this.#endHalf(stream);
  }

  /** A client has made a request. */
  #begin(id: number, fields: Fields, isLast: boolean): void {
    if (id % 2 === 0) throw new Http2Error("A client's stream has a server's number.");
    // What crosses a farewell is not begun, and the client knows that.
    if (this.#isClosing || this.#accept === undefined) return;
    this.#lastId = id;
    if (this.#streams.size >= STREAMS_MAX) return this.#sayReset(id, Code.RefusedStream);
    this.#accept(fields, (listener) => {
      const stream = new Http2Stream(id, listener, this, this.#streamWindow, CREDIT);
      this.#streams.set(id, stream);
      return stream;
    });
    const stream = this.#streams.get(id);
    if (stream === undefined) this.#sayReset(id, Code.RefusedStream);
    else if (isLast) this.#endHalf(stream);
  }

  #endHalf(stream: Http2Stream): void {
    stream.isOver = true;
    stream.listener.end();
    this.#forgetIfDone(stream);
  }

  reset(id: number, code: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#streams.delete(id);
    this.#break(stream, new Http2Error(`The peer ended the call (${code}).`));
    if (this.#accept !== undefined && ++this.#resets > RESETS_MAX) {
      throw new Http2Error("The peer gives up too many calls.");
    }
    this.#leave();
  }

  settings(settings: readonly (readonly [setting: number, value: number])[]): void {
    for (const [setting, value] of settings) {
      switch (setting) {
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
          this.#sender.frameBytes = Math.min(value, FRAME_BYTES_MAX);
          break;
      }
    }
    this.#sender.say(frame(FrameType.Settings, Flag.Ack, 0, new Uint8Array(0)));
  }

  ping(payload: Uint8Array): void {
    this.#sender.say(frame(FrameType.Ping, Flag.Ack, 0, payload));
  }

  farewell(last: number): void {
    this.#isLeaving = true;
    if (this.#accept === undefined) {
      for (const [id, stream] of this.#streams) {
        if (id <= last) continue;
        this.#streams.delete(id);
        this.#break(stream, new Http2Error(NO_MORE));
      }
    }
    this.#leave();
  }

  window(id: number, more: number): void {
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
