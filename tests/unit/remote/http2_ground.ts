import http2 from "node:http2";
import {
  ClientConnection,
  type Fields,
  Http2Server,
  type Http2ServerOptions,
  type Http2Stream,
} from "../../../core/remote/http2/mod.ts";
import { type Bytes, Flag, FrameType, GREETING, joined, MAGIC } from "./http2_frames.ts";

/** What came on a stream. */
export interface Answer {
  readonly fields: readonly Fields[];
  readonly content: Uint8Array;
  /** Why it failed; undefined after a proper end. */
  readonly failure: string | undefined;
}

/** A request that is under way. */
export interface Request {
  readonly stream: Http2Stream;
  readonly answer: Promise<Answer>;
}

/** Makes a request, and gathers what comes. */
export function request(
  connection: ClientConnection,
  more: readonly (readonly [string, string])[] = [],
  heard: (bytes: Uint8Array) => void = () => {},
): Request {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const fields: Fields[] = [];
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const settle = async (failure: string | undefined): Promise<void> =>
    resolve({ fields, content: await new Blob(pieces).bytes(), failure });
  const stream = connection.open(
    new Map([
      [":method", "POST"],
      [":scheme", "http"],
      [":path", "/"],
      [":authority", "test"],
      ...more,
    ]),
    {
      fields: (given) => fields.push(given),
      content: (bytes) => {
        pieces.push(bytes.slice());
        heard(bytes);
      },
      end: () => settle(undefined),
      failed: (error) => settle(error.message),
    },
  );
  return { stream, answer: promise };
}

/** A server of the HTTP/2 library that Node has; it ends when disposed of. */
export interface Peer extends AsyncDisposable {
  readonly connection: ClientConnection;
  readonly session: Promise<http2.ServerHttp2Session>;
}

/** Starts one, and connects to it. */
export async function startPeer(
  options: http2.ServerOptions,
  onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
): Promise<Peer> {
  const server = http2.createServer(options);
  const session = Promise.withResolvers<http2.ServerHttp2Session>();
  server.on("session", session.resolve);
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    onStream(stream as http2.ServerHttp2Stream, headers); // a server's are no others
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  const connection = await ClientConnection.dial("127.0.0.1", port, new AbortController().signal);
  return {
    connection,
    session: session.promise,
    async [Symbol.asyncDispose]() {
      connection.close();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

/** A frame that came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

/** An end of a connection that says what it is told to, without a thought. */
export class RawPeer implements Disposable {
  /** What has come. */
  readonly heard: Frame[] = [];
  readonly #connecting: Promise<Deno.TcpConn>;
  /** Bytes that come before the first frame. */
  #skip: number;
  #rest = new Uint8Array(0);
  #over: Promise<boolean> | undefined;

  constructor(connecting: Promise<Deno.TcpConn>, skip = 0) {
    this.#connecting = connecting;
    this.#skip = skip;
  }

  /** Sends bytes; false where the connection does not take them. */
  async say(...pieces: readonly Bytes[]): Promise<boolean> {
    const conn = await this.#connecting;
    const bytes = joined(...pieces);
    for (let at = 0; at < bytes.length;) {
      const sent = await conn.write(bytes.subarray(at)).catch(() => undefined);
      if (sent === undefined) return false;
      at += sent;
    }
    return true;
  }

  /** Says nothing more. */
  async closeWrite(): Promise<void> {
    await (await this.#connecting).closeWrite().catch(() => {});
  }

  /** Reads from now on; until somebody asks for that, what comes piles up. */
  hear(): Promise<boolean> {
    return this.#over ??= this.#hearAll();
  }

  /** The other end has closed the connection, and all that it said has come (else false). */
  get over(): Promise<boolean> {
    return this.hear();
  }

  /** Frames that have come of one kind, with all of these flags. */
  framesOf(type: number, flags = 0): Frame[] {
    return this.heard.filter((frame) => frame.type === type && (frame.flags & flags) === flags);
  }

  /** Content that has come, of whatever stream. */
  get content(): Uint8Array {
    return joined(...this.framesOf(FrameType.Data).map(({ payload }) => payload));
  }

  /** An answer has ended with fields. */
  get isAnswered(): boolean {
    return this.framesOf(FrameType.Headers, Flag.EndStream).length > 0;
  }

  [Symbol.dispose](): void {
    this.#connecting.then((conn) => conn.close(), () => {});
  }

  async #hearAll(): Promise<boolean> {
    const conn = await this.#connecting;
    const buffer = new Uint8Array(65_536);
    while (true) {
      const got = await conn.read(buffer).catch(() => undefined);
      if (typeof got !== "number") return got === null;
      this.#take(buffer.subarray(0, got));
    }
  }

  #take(bytes: Uint8Array): void {
    this.#rest = joined(this.#rest, bytes);
    if (this.#rest.length < this.#skip) return;
    let rest = this.#rest.subarray(this.#skip);
    this.#skip = 0;
    while (rest.length >= 9) {
      const view = new DataView(rest.buffer, rest.byteOffset);
      const end = 9 + (view.getUint32(0) >>> 8);
      if (rest.length < end) break;
      const [type, flags, id] = [view.getUint8(3), view.getUint8(4), view.getUint32(5)];
      this.heard.push({ type, flags, id, payload: rest.subarray(9, end) });
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}

/** A client's connection, and at its other end a raw peer, which reads once it is told to. */
export interface RawServing extends Disposable {
  readonly connection: ClientConnection;
  readonly peer: RawPeer;
}

/** Connects to a raw peer. */
export async function startRawServing(): Promise<RawServing> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const { signal } = new AbortController();
  const connection = await ClientConnection.dial("127.0.0.1", listener.addr.port, signal);
  await accepted;
  const peer = new RawPeer(accepted, MAGIC.length);
  return { connection, peer, [Symbol.dispose]: () => peer[Symbol.dispose]() };
}

/** What a server's program hears of a request. */
export interface Served {
  readonly stream: Http2Stream;
  readonly fields: Fields;
  /** "end" when the request was whole, and why it failed, if it did. */
  readonly ends: string[];
}

/** What it does with one, if anything, and with what comes on it. */
export interface Program {
  begun?(served: Served): void;
  content?(served: Served, bytes: Uint8Array): void;
  end?(served: Served): void;
}

/** A server that runs; it ends when disposed of. */
export interface Serving extends Disposable {
  readonly server: Http2Server;
  readonly served: readonly Served[];
}

/** Starts one on a port of its own. */
export function startServing(
  program: Program,
  options: Partial<Pick<Http2ServerOptions, "idleMs" | "connectionsMax">> = {},
): Serving {
  const served: Served[] = [];
  const server = new Http2Server({
    addresses: ["127.0.0.1"],
    port: 0,
    ...options,
    accept: (_peer, fields, open) => {
      const ends: string[] = [];
      const stream = open({
        fields: () => {},
        content: (bytes) => program.content?.(one, bytes),
        end: () => {
          ends.push("end");
          program.end?.(one);
        },
        failed: (error) => ends.push(error.message),
      });
      const one: Served = { stream, fields, ends };
      served.push(one);
      program.begun?.(one);
    },
  });
  return { server, served, [Symbol.dispose]: () => server.close() };
}

/** A raw peer that is a client and reads from the beginning. */
export function rawClient({ server }: Serving, first: Bytes = GREETING): RawPeer {
  const peer = new RawPeer(Deno.connect({ hostname: "127.0.0.1", port: server.port }));
  peer.say(first).catch(() => {}); // whoever waits for the end hears why
  peer.hear();
  return peer;
}

/** Answers as soon as the request is whole, with its content or with what it is given. */
export function echoing(trailers: Fields = new Map([["x-last", "1"]])): Program {
  return {
    begun: ({ stream }) => stream.respond(new Map([[":status", "200"]])),
    content: ({ stream }, bytes) => stream.write(bytes.slice()),
    end: ({ stream }) => stream.end(trailers),
  };
}

/** Waits until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
