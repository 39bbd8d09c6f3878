import { Http2Connection } from "./connection.ts";
import { Code, frame, FrameType, MAGIC, number32, Setting } from "./frames.ts";
import type { Fields } from "./hpack.ts";
import { asHttp2Error, Http2Error } from "./http2_error.ts";
import type { Http2Stream, StreamListener } from "./stream.ts";

/** Calls at once: a client needs one for its session, and a ping beside it. */
const STREAMS_MAX = 8;
/** So many calls may be given up by a client before they are answered, more than were answered. */
const RESETS_MAX = 100;
/** A client whose answers are written may take nothing of them for so long. */
const STUCK_MS = 600_000;
/** A client that has said nothing for so long is asked whether it is there, */
const SILENT_MS = 20_000;
/** and after so long it is not. */
const GONE_MS = 80_000;
const OPENING = {
  says: new Uint8Array(0),
  hears: MAGIC,
  setting: [Setting.MaxConcurrentStreams, STREAMS_MAX],
} as const;

/** What a server does with a request: it opens the stream at once, or the request is not heard. */
export type Accept = (fields: Fields, open: (listener: StreamListener) => Http2Stream) => void;

/** A server's end of a connection, which bounds what the client can ask for. */
export class ServerConnection extends Http2Connection {
  readonly #accept: Accept;
  /** The last stream that the client has begun. */
  #lastId = 0;
  #resets = 0;
  /** When a stream ended, in milliseconds of `performance.now()`. */
  #usedAt = performance.now();
  /** This half has been closed. */
  #hasLeft = false;

  /** Serves `conn`; `accept` hears of each request. */
  constructor(conn: Deno.TcpConn, accept: Accept) {
    super(conn, OPENING);
    this.#accept = accept;
  }

  /** For how many milliseconds it has been without a stream; 0 while it has one. */
  get idleMs(): number {
    return this.streams.size > 0 ? 0 : performance.now() - this.#usedAt;
  }

  /**
   * To be called now and then: ends it where the client is not there, or takes nothing. Where this
   * process has been stopped or busy itself, what came meanwhile is heard first.
   */
  check(wasAway: boolean): void {
    const now = performance.now();
    if (wasAway) this.receiver.heardAt = now;
    if (this.streams.size === 0) return;
    const silentMs = now - this.receiver.heardAt;
    const isWritten = this.streams.values().every(({ isEnding }) => isEnding);
    const isStuck = isWritten && now - Math.max(this.#usedAt, this.sender.sentAt) > STUCK_MS;
    if (isStuck || silentMs > GONE_MS) this.fail(new Http2Error("The peer does not answer."));
    else if (silentMs > SILENT_MS) this.sender.say(frame(FrameType.Ping, 0, 0, new Uint8Array(8)));
  }

  override close(): void {
    if (!this.isClosing) this.#sayFarewell(Code.None);
    super.close();
  }

  #sayFarewell(code: number): void {
    const payload = new Uint8Array(8);
    payload.set(number32(this.#lastId));
    payload.set(number32(code), 4);
    this.sender.say(frame(FrameType.GoAway, 0, 0, payload));
  }

  /** To close it while something comes would undo what was sent last: first only this half ends. */
  protected override depart(): void {
    if (this.#hasLeft || this.failure !== undefined) return;
    this.#hasLeft = true;
    this.sender.stop();
    this.endSoon();
    this.conn.closeWrite().catch((error) => this.fail(asHttp2Error(error)));
  }

  /** A client that does wrong is told so, and heard no longer. */
  protected override failed(error: Http2Error): void {
    if (this.failure !== undefined || !this.receiver.isKnown) return this.fail(error);
    this.breakAll(error);
    if (!this.isClosing) this.#sayFarewell(error.code);
    this.isClosing = true;
    this.endSoon();
    this.receiver.discard().catch(() => {}).then(() => this.fail(error));
  }

  protected override break(stream: Http2Stream, error: Http2Error): void {
    this.#usedAt = performance.now();
    super.break(stream, error);
  }

  override resets(stream: Http2Stream): void {
    this.#usedAt = performance.now();
    super.resets(stream);
  }

  protected override isIdle(id: number): boolean {
    return id > this.#lastId || id % 2 === 0;
  }

  override fields(id: number, fields: Fields, isLast: boolean): void {
    if (this.streams.has(id) || id <= this.#lastId) return super.fields(id, fields, isLast);
    if (id % 2 === 0) throw new Http2Error("A client's stream has a server's number.");
    // What crosses a farewell is not begun, and the client knows that.
    if (this.isClosing) return;
    this.#lastId = id;
    if (this.streams.size < STREAMS_MAX) {
      this.#accept(fields, (listener) => this.add(id, listener));
    }
    const stream = this.streams.get(id);
    if (stream === undefined) this.sayReset(id, Code.RefusedStream);
    else if (isLast) this.endHalf(stream);
  }

  /** The answer is whole: no more of the request is needed (RFC 9113, 8.1). */
  protected override sentLast(stream: Http2Stream): void {
    const isWhole = stream.isOver;
    stream.isOver = true;
    super.sentLast(stream);
    if (!isWhole) this.sayReset(stream.id, Code.None);
    this.#resets = Math.max(0, this.#resets - 1);
    this.#usedAt = performance.now();
  }

  override reset(id: number, code: number): void {
    if (this.streams.has(id) && ++this.#resets > RESETS_MAX) {
      throw new Http2Error("The peer gives up too many calls.", Code.EnhanceYourCalm);
    }
    super.reset(id, code);
  }
}
