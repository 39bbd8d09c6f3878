import http2 from "node:http2";
import {
  ClientConnection,
  type Fields,
  Http2Server,
  type Http2ServerOptions,
  type Http2Stream,
} from "../../../core/remote/http2/mod.ts";

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

/** A peer that says nothing by itself: its end of the connection, as bytes. */
export interface RawPeer extends Disposable {
  readonly connection: ClientConnection;
  readonly conn: Deno.TcpConn;
}

/** Connects to one. */
export async function rawPeer(): Promise<RawPeer> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const { signal } = new AbortController();
  const connection = await ClientConnection.dial("127.0.0.1", listener.addr.port, signal);
  const conn = await accepted;
  return { connection, conn, [Symbol.dispose]: () => conn.close() };
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
