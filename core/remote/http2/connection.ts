/**
 * HTTP/2 (RFC 9113) without TLS, as much of it as gRPC needs: requests and answers that stream both
 * ways, with flow control. `node:http2` takes 45 ms of processor time to load and can take the
 * process with it; fetch leaves Nagle's algorithm on, which costs 40 ms now and again.
 *
 * @module
 */
import { after, type Timer } from "../../timer.ts";
import {
  Code,
  Flag,
  frame,
  FRAME_BYTES,
  FRAME_BYTES_LIMIT,
  FrameType,
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
/** How long the peer may take to take what was said last. */
const FAREWELL_MS = 2000;
/** Why nothing goes on a connection that has been closed here. */
export const CLOSED = "The connection has been closed.";

/** What an end says before its first frame, what it hears before the peer's, and a setting of its own. */
export interface Opening {
  readonly says: Uint8Array;
  readonly hears: Uint8Array;
  readonly setting: readonly [setting: number, value: number];
}

/** A connection that carries streams, whichever end it is. */
export abstract class Http2Connection implements StreamOwner, FrameListener {
  protected readonly conn: Deno.TcpConn;
  protected readonly streams: Map<number, Http2Stream> = new Map();
  protected failure: Http2Error | undefined;
  /** The peer wants no more. */
  protected isLeaving = false;
  /** Nobody here wants more. */
  protected isClosing = false;
  #farewell: Timer | undefined;
  readonly #over = Promise.withResolvers<void>();

  // What goes out.
  protected readonly sender: Sender;
  #streamWindow = WINDOW_BYTES;
  /** Streams that the peer takes at once. */
  protected streamsMax: number = Infinity;

  // What comes in.
  protected readonly receiver: Receiver;
  #credit = FULL_CREDIT;
  #taken = 0;

  /** An end of `conn`, which is closed with it. */
  protected constructor(conn: Deno.TcpConn, { says, hears, setting }: Opening) {
    conn.setNoDelay(true);
    this.conn = conn;
    this.sender = new Sender(conn, {
      sentLast: (stream) => this.sentLast(stream),
      rests: () => this.leave(),
      failed: (error) => this.fail(error),
    });
    this.sender.say(says);
    this.sender.say(settingsFrame([
      setting,
      [Setting.InitialWindowSize, CREDIT],
      [Setting.MaxHeaderListSize, LIST_BYTES],
    ]));
    this.sender.say(frame(FrameType.WindowUpdate, 0, 0, number32(FULL_CREDIT - WINDOW_BYTES)));
    this.receiver = new Receiver(conn, hears, this);
    this.receiver.run().catch((error) => this.failed(asHttp2Error(error)));
  }

  /** Resolves when the connection has ended. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /**
   * Ends it once the streams are over that have not been cancelled: who says why it leaves shall be
   * heard. Whatever is open two seconds later ends then.
   */
  close(): void {
    if (this.isClosing || this.failure !== undefined) return;
    this.isClosing = true;
    this.endSoon();
    this.leave();
  }

  /** Ends it now. */
  hangUp(): void {
    this.fail(new Http2Error(CLOSED));
  }

  /** Ends it when the time for a farewell is up. */
  protected endSoon(): void {
    this.#farewell ??= after(FAREWELL_MS, () => this.hangUp());
  }

  /** Leaves when either end wants to and nothing is under way. */
  protected leave(): void {
    const isLast = this.isClosing || this.isLeaving;
    if (isLast && !this.sender.isBusy && this.streams.size === 0) this.depart();
  }

  /** All has been said. */
  protected depart(): void {
    this.hangUp();
  }

  /** Nothing more can be heard. */
  protected failed(error: Http2Error): void {
    this.fail(error);
  }

  protected fail(error: Http2Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.#farewell?.stop();
    this.sender.stop();
    this.receiver.stop();
    this.conn.close();
    this.breakAll(error);
    this.#over.resolve();
  }

  protected breakAll(error: Http2Error): void {
    const streams = [...this.streams.values()];
    this.streams.clear();
    for (const stream of streams) this.break(stream, error);
  }

  /** A stream ends before its time. */
  protected break(stream: Http2Stream, error: Http2Error): void {
    stream.close();
    stream.listener.failed(error);
  }

  /** A new stream. */
  protected add(id: number, listener: StreamListener): Http2Stream {
    const stream = new Http2Stream(id, listener, this, this.#streamWindow, CREDIT);
    this.streams.set(id, stream);
    return stream;
  }

  wants(stream: Http2Stream): void {
    this.sender.wants(stream);
  }

  gives(stream: Http2Stream, bytes: number): void {
    this.sender.say(frame(FrameType.WindowUpdate, 0, stream.id, number32(bytes)));
  }

  resets(stream: Http2Stream): void {
    if (this.streams.delete(stream.id)) this.sayReset(stream.id, Code.Cancel);
  }

  saysFields(stream: Http2Stream, fields: Fields): void {
    this.#sayFields(stream, fields, 0);
  }

  #sayFields(stream: Http2Stream, fields: Fields, flags: number): void {
    const block = encodeFields(fields);
    this.sender.say(frame(FrameType.Headers, Flag.EndHeaders | flags, stream.id, block));
  }

  protected sayReset(id: number, code: number): void {
    this.sender.say(frame(FrameType.Reset, 0, id, number32(code)));
  }

  protected sentLast(stream: Http2Stream): void {
    if (stream.trailers !== undefined) this.#sayFields(stream, stream.trailers, Flag.EndStream);
    this.#forgetIfDone(stream);
  }

  /** Forgets a stream both of whose halves are over. */
  #forgetIfDone(stream: Http2Stream): void {
    if (!stream.isDone) return;
    this.streams.delete(stream.id);
    this.leave();
  }

  /** Whether a stream has never been begun: nothing but the fields that begin it can be of it. */
  protected abstract isIdle(id: number): boolean;

  #checkBegun(id: number): void {
    if (this.isIdle(id)) throw new Http2Error("A frame is of a stream that never began.");
  }

  data(id: number, content: Uint8Array, frameBytes: number, isLast: boolean): void {
    this.#checkBegun(id);
    // Padding counts as well.
    this.#credit -= frameBytes;
    if (this.#credit < 0) throw tooMuch();
    this.#taken += frameBytes;
    const stream = this.streams.get(id);
    if (stream !== undefined && !stream.isOver) {
      stream.credit -= frameBytes;
      if (stream.credit < 0) throw tooMuch();
      stream.take(content, frameBytes);
      if (isLast) this.endHalf(stream);
    }
    if (this.#taken * 2 < FULL_CREDIT) return;
    this.sender.say(frame(FrameType.WindowUpdate, 0, 0, number32(this.#taken)));
    this.#credit += this.#taken;
    this.#taken = 0;
  }

  fields(id: number, fields: Fields, isLast: boolean): void {
    const stream = this.streams.get(id);
    if (stream === undefined || stream.isOver) return;
    // An answer of 1xx is none yet.
    if (!/^1/.test(fields.get(":status") ?? "")) stream.listener.fields(fields);
    if (isLast) this.endHalf(stream);
  }

  /** The peer has ended its half. */
  protected endHalf(stream: Http2Stream): void {
    stream.isOver = true;
    stream.listener.end();
    this.#forgetIfDone(stream);
  }

  reset(id: number, code: number): void {
    this.#checkBegun(id);
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    this.streams.delete(id);
    this.break(stream, new Http2Error(`The peer ended the call (${code}).`));
    this.leave();
  }

  settings(settings: readonly (readonly [setting: number, value: number])[]): void {
    let window = this.#streamWindow;
    for (const [setting, value] of settings) {
      switch (setting) {
        case Setting.InitialWindowSize:
          if (value > WINDOW_MAX) throw tooLarge();
          window = value;
          break;
        case Setting.EnablePush:
          if (value > 1) throw new Http2Error("A setting is neither yes nor no.");
          break;
        case Setting.MaxConcurrentStreams:
          this.streamsMax = value;
          break;
        case Setting.MaxFrameSize:
          if (value < FRAME_BYTES || value > FRAME_BYTES_LIMIT) {
            throw new Http2Error("Frames are to be too short, or too long.");
          }
          this.sender.frameBytes = Math.min(value, FRAME_BYTES_MAX);
          break;
      }
    }
    if (window !== this.#streamWindow) {
      for (const stream of this.streams.values()) {
        stream.window += window - this.#streamWindow;
        this.sender.wants(stream);
      }
      this.#streamWindow = window;
    }
    this.sender.say(frame(FrameType.Settings, Flag.Ack, 0, new Uint8Array(0)));
  }

  ping(payload: Uint8Array): void {
    this.sender.say(frame(FrameType.Ping, Flag.Ack, 0, payload));
  }

  farewell(_last: number): void {
    this.isLeaving = true;
    this.leave();
  }

  window(id: number, more: number): void {
    if (id === 0) {
      this.sender.window += more;
      if (this.sender.window > WINDOW_MAX) throw tooLarge();
      for (const stream of this.streams.values()) this.sender.wants(stream);
    } else {
      this.#checkBegun(id);
      const stream = this.streams.get(id);
      if (stream === undefined) return;
      stream.window += more;
      if (stream.window > WINDOW_MAX) throw tooLarge();
      this.sender.wants(stream);
    }
  }
}

function tooMuch(): Http2Error {
  return new Http2Error("More came than was allowed.", Code.FlowControl);
}

function tooLarge(): Http2Error {
  return new Http2Error("A window is too large.", Code.FlowControl);
}
