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
/** A connection whose calls are over is not kept longer, while its peer takes nothing of them. */
const STUCK_MS = 600_000;
/** A peer that has said nothing for so long is asked whether it is there, and is not if that does not help. */
const SILENT_MS = 20_000;
const GONE_MS = 80_000;
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
  /** This half has been closed. */
  #hasBowed = false;
  #farewell: ReturnType<typeof setTimeout> | undefined;
  readonly #over = Promise.withResolvers<void>();

  // A client's.
  #nextId = 1;
  // A server's.
  readonly #accept: Accept | undefined;
  /** The last stream that the peer has begun. */
  #lastId = 0;
  #resets = 0;
  /** When a stream was begun or ended, in milliseconds of `performance.now()`. */
  #usedAt = performance.now();

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
    this.#receive();
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

  /** For how many milliseconds it has been without a stream; 0 while it has one. */
  get idleMs(): number {
    return this.#streams.size > 0 ? 0 : performance.now() - this.#usedAt;
  }

  /**
   * Looks after the connection, now and then: whether the peer is there, and takes what it is sent.
   * Where this process has been stopped or busy itself, what came meanwhile is heard first.
   */
  check(wasAway: boolean): void {
    const now = performance.now();
    if (wasAway) this.#receiver.heardAt = now;
    if (this.#streams.size === 0) return;
    const silentMs = now - this.#receiver.heardAt;
    let isWorking = false;
    for (const stream of this.#streams.values()) isWorking ||= !stream.isEnding;
    const isStuck = !isWorking && now - Math.max(this.#usedAt, this.#sender.sentAt) > STUCK_MS;
    if (isStuck || silentMs > GONE_MS) this.#fail(new Http2Error("The peer does not answer."));
    else if (silentMs > SILENT_MS) this.#sender.say(frame(FrameType.Ping, 0, 0, new Uint8Array(8)));
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
    if (!isLast || this.#sender.isBusy || this.#streams.size > 0) return;
    if (this.#accept === undefined) return this.hangUp();
    if (this.#hasBowed || this.#failure !== undefined) return;
    this.#hasBowed = true;
    // To close it while something comes would undo what was sent last.
    this.#sender.stop();
    this.#farewell ??= setTimeout(() => this.hangUp(), FAREWELL_MS);
    this.#conn.closeWrite().catch((error) => this.#fail(asHttp2Error(error)));
  }

  /** Takes what comes until the connection ends. */
  async #receive(): Promise<void> {
    try {
      await this.#receiver.run();
    } catch (error) {
      if (this.#failure !== undefined) return;
      const reason = asHttp2Error(error);
      if (this.#accept === undefined || !this.isKnown) return this.#fail(reason);
      // Strangers are told that something was wrong, and heard no longer.
      this.#breakAll(reason);
      if (!this.#isClosing) this.#sayFarewell(Code.Protocol);
      this.#isClosing = true;
      this.#farewell ??= setTimeout(() => this.hangUp(), FAREWELL_MS);
      await this.#receiver.discard().catch(() => {});
      this.#fail(reason);
    }
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
    this.#usedAt = performance.now();
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
    this.#usedAt = performance.now();
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
    this.#breakAll(error);
    this.#over.resolve();
  }

  #breakAll(error: Http2Error): void {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) this.#break(stream, error);
  }

  /** A stream ends before its time. To a client an answer that is whole is enough. */
  #break(stream: Http2Stream, error: Http2Error): void {
    this.#usedAt = performance.now();
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
    let window = this.#streamWindow;
    for (const [setting, value] of settings) {
      switch (setting) {
        case Setting.InitialWindowSize:
          if (value > WINDOW_MAX) throw new Http2Error("A window is too large.");
          window = value;
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
    if (window !== this.#streamWindow) {
      for (const stream of this.#streams.values()) {
        stream.window += window - this.#streamWindow;
        this.#sender.wants(stream);
      }
      this.#streamWindow = window;
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
