import {
  Code,
  Flag,
  FRAME_BYTES,
  FrameType,
  HEADER_BYTES,
  putHeader,
  WINDOW_BYTES,
} from "./frames.ts";
import { asHttp2Error, Http2Error } from "./http2_error.ts";
import type { Http2Stream } from "./stream.ts";

/** Bytes that are given to the system at once: at first, and where there are always more. */
const SEND_BYTES = 32 << 10;
const SEND_BYTES_MAX = 256 << 10;
/** Bytes of the content of one frame, whatever more a peer would take. */
export const FRAME_BYTES_MAX: number = SEND_BYTES_MAX / 4;
/** Answers to pings and the like that may wait to be sent: nobody needs as many. */
const CONTROL_BYTES = 1 << 20;

/** Who hears how sending goes. */
export interface SenderListener {
  /** The last content of a stream is under way. */
  sentLast(stream: Http2Stream): void;
  /** All has been sent that can be. */
  rests(): void;
  /** The connection is lost, or of no use. */
  failed(error: Http2Error): void;
}

/** What goes out on a connection: frames of its own, and the content of its streams in turn. */
export class Sender {
  /** Bytes that the peer takes now, on all streams together. */
  window: number = WINDOW_BYTES;
  /** Bytes of one frame. */
  frameBytes: number = FRAME_BYTES;
  readonly #conn: Deno.TcpConn;
  readonly #listener: SenderListener;
  readonly #control: Uint8Array[] = [];
  #controlBytes = 0;
  readonly #wanting = new Set<Http2Stream>();
  #buffer = new Uint8Array(SEND_BYTES);
  #isBusy = false;
  #isStopped = false;
  /** When the system last took content, in milliseconds of `performance.now()`. */
  sentAt: number = performance.now();

  /** Sends to `conn`. */
  constructor(conn: Deno.TcpConn, listener: SenderListener) {
    this.#conn = conn;
    this.#listener = listener;
  }

  /** Something is being sent. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Sends a frame, or several, before any content that waits. */
  say(bytes: Uint8Array): void {
    if (this.#isStopped) return;
    if (bytes.length > SEND_BYTES) throw new RangeError(`${bytes.length} bytes are no frame`);
    this.#control.push(bytes);
    this.#controlBytes += bytes.length;
    if (this.#controlBytes > CONTROL_BYTES) {
      this.#listener.failed(new Http2Error("The peer asks too much.", Code.EnhanceYourCalm));
    }
    this.#send();
  }

  /** A stream has something to send, or may go on. */
  wants(stream: Http2Stream): void {
    this.#wanting.add(stream);
    this.#send();
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Sends what there is, unless that is being done already. */
  async #send(): Promise<void> {
    if (this.#isBusy || this.#isStopped) return;
    this.#isBusy = true;
    const done: (() => void)[] = [];
    try {
      await Promise.resolve(); // what is said in one turn goes out together
      while (true) {
        const buffer = this.#buffer;
        const length = this.#fill(buffer, done);
        if (length === 0 && this.#control.length === 0) break;
        if (length > buffer.length / 2 && buffer.length < SEND_BYTES_MAX) {
          this.#buffer = new Uint8Array(2 * buffer.length);
        }
        for (let sent = 0; sent < length;) {
          sent += await this.#conn.write(buffer.subarray(sent, length));
        }
        this.sentAt = performance.now();
        for (const written of done.splice(0)) written();
      }
      // Of writes of no bytes.
      for (const written of done) written();
      if (this.#buffer.length > SEND_BYTES) this.#buffer = new Uint8Array(SEND_BYTES);
      this.#isBusy = false;
      this.#listener.rests();
    } catch (error) {
      this.#listener.failed(asHttp2Error(error));
    }
  }

  /** Fills a buffer with frames; gives how many bytes. */
  #fill(buffer: Uint8Array, done: (() => void)[]): number {
    let at = 0;
    while (this.#control.length > 0 && at + this.#control[0]!.length <= buffer.length) {
      const bytes = this.#control.shift()!; // there is one
      buffer.set(bytes, at);
      at += bytes.length;
      this.#controlBytes -= bytes.length;
    }
    // What a stream begins with may be among them.
    if (this.#control.length > 0) return at;
    for (let hasSent = true; hasSent;) {
      hasSent = false;
      // One frame of each stream in turn.
      for (const stream of [...this.#wanting]) {
        if (!stream.isReady) {
          this.#wanting.delete(stream);
          continue;
        }
        const room = Math.min(this.frameBytes, buffer.length - at - HEADER_BYTES, this.window);
        if (room < 0 || buffer.length - at <= HEADER_BYTES) return at;
        const into = buffer.subarray(at + HEADER_BYTES, at + HEADER_BYTES + room);
        const length = stream.fill(into, done);
        const isLast = stream.takeEnd();
        const ends = isLast && stream.trailers === undefined;
        if (length > 0 || ends) {
          this.window -= length;
          putHeader(buffer, at, length, FrameType.Data, ends ? Flag.EndStream : 0, stream.id);
          at += HEADER_BYTES + length;
          hasSent = true;
        }
        if (isLast) this.#listener.sentLast(stream);
      }
    }
    return at;
  }
}
