import http2 from "node:http2";
import "../../support/grpc_js/http2_guard.ts";
import type { Serving } from "./http2_ground.ts";

/** A client of Node's; it ends when disposed of. */
export async function nodeClient(
  { server }: Serving,
  settings: http2.Settings = {},
): Promise<http2.ClientHttp2Session & AsyncDisposable> {
  const session = http2.connect(`http://127.0.0.1:${server.port}`, { settings });
  session.on("error", () => {});
  await new Promise<void>((connected) => session.once("remoteSettings", () => connected()));
  const dispose = async (): Promise<void> => {
    if (session.closed) return;
    await new Promise<void>((closed) => session.close(closed));
  };
  return Object.assign(session, { [Symbol.asyncDispose]: dispose });
}

/** What a client hears. */
export interface Heard {
  readonly content: Uint8Array;
  readonly headers: http2.IncomingHttpHeaders | undefined;
  readonly trailers: http2.IncomingHttpHeaders | undefined;
  /** The code of a stream that was reset, or 0. */
  readonly code: number;
}

/** Makes a request and gathers what comes. */
export function ask(
  session: http2.ClientHttp2Session,
  content: Uint8Array = new Uint8Array(0),
  headers: http2.OutgoingHttpHeaders = {},
): Promise<Heard> {
  const stream = session.request({ ":method": "POST", ":path": "/", ...headers });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let answer: Partial<Heard> = {};
  stream.on("error", () => {});
  stream.on("response", (given) => answer = { ...answer, headers: given });
  stream.on("trailers", (given) => answer = { ...answer, trailers: given });
  stream.on("data", (piece: Uint8Array) => pieces.push(new Uint8Array(piece)));
  stream.end(content);
  return new Promise((resolve) =>
    stream.on("close", async () => {
      const bytes = await new Blob(pieces).bytes();
      resolve({
        headers: undefined,
        trailers: undefined,
        ...answer,
        content: bytes,
        code: stream.rstCode ?? 0,
      });
    })
  );
}
