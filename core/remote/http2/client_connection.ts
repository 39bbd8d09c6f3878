import { CLOSED, Http2Connection } from "./connection.ts";
import { MAGIC, Setting } from "./frames.ts";
import type { Fields } from "./hpack.ts";
import { Http2Error } from "./http2_error.ts";
import type { Http2Stream, StreamListener } from "./stream.ts";

const NO_MORE = "The peer takes no more calls.";
const OPENING = {
  says: MAGIC,
  hears: new Uint8Array(0),
  setting: [Setting.EnablePush, 0],
} as const;

/** A client's end of a connection. */
export class ClientConnection extends Http2Connection {
  #nextId = 1;

  /** Connects; throws what `Deno.connect` does. */
  static async dial(
    hostname: string,
    port: number,
    signal: AbortSignal,
  ): Promise<ClientConnection> {
    return new ClientConnection(await Deno.connect({ hostname, port, signal }), OPENING);
  }

  /** Whether it takes another stream. */
  get isOpen(): boolean {
    return this.failure === undefined && !this.isLeaving && !this.isClosing;
  }

  /** Whether the peer has shown that it speaks HTTP/2. */
  get isKnown(): boolean {
    return this.receiver.isKnown;
  }

  /** Whether the peer is on this machine: both ends have one address. */
  get isHere(): boolean {
    const { localAddr, remoteAddr } = this.conn;
    return localAddr.hostname === remoteAddr.hostname;
  }

  /** The peer's address, in numbers. */
  get address(): string {
    return this.conn.remoteAddr.hostname;
  }

  /** Makes a request. */
  open(fields: Fields, listener: StreamListener): Http2Stream {
    const hasRoom = this.isOpen && this.streams.size < this.streamsMax;
    const stream = this.add(this.#nextId, listener);
    this.#nextId += 2;
    if (hasRoom) this.saysFields(stream, fields);
    else {
      this.streams.delete(stream.id);
      stream.close();
      const why = this.isClosing ? CLOSED : NO_MORE;
      queueMicrotask(() => listener.failed(this.failure ?? new Http2Error(why)));
    }
    return stream;
  }

  /** An answer that is whole is enough. */
  protected override break(stream: Http2Stream, error: Http2Error): void {
    if (stream.isOver) stream.close();
    else super.break(stream, error);
  }

  protected override isIdle(id: number): boolean {
    return id >= this.#nextId || id % 2 === 0;
  }

  override farewell(last: number): void {
    for (const [id, stream] of this.streams) {
      if (id <= last) continue;
      this.streams.delete(id);
      this.break(stream, new Http2Error(NO_MORE));
    }
    super.farewell(last);
  }
}
