/**
 * Keeps `node:http2` of Deno from freeing a session that is being read. A GOAWAY is handed to its
 * listeners while the HTTP/2 library still works on the frame; grpc-js closes or destroys the
 * session in the listener, the session's memory goes, and the process dies
 * (https://github.com/denoland/deno/issues/36788; Deno 2.9.4 to 2.9.6). So `close` and `destroy` of
 * every session are carried out a turn later, when the frame has been dealt with. blit itself uses
 * neither; the tests' second implementation does. Imported before grpc-js, by library.ts alone.
 *
 * @module
 */
import http2 from "node:http2";

type Session = http2.ClientHttp2Session | http2.ServerHttp2Session;

/** Sessions whose end has been put off. */
const guarded = new WeakSet<Session>();

function guard(session: Session): void {
  if (guarded.has(session)) return;
  guarded.add(session);
  const close = session.close.bind(session);
  const destroy = session.destroy.bind(session);
  session.close = (listener?: () => void): void => {
    // At once: the session may be gone a turn later, and then nobody would be told.
    if (listener !== undefined) session.once("close", listener);
    setImmediate(() => {
      if (!session.destroyed) close();
    });
  };
  session.destroy = (error?: Error, code?: number): void => {
    setImmediate(() => {
      if (!session.destroyed) destroy(error, code);
    });
  };
}

const { connect, createServer, createSecureServer } = http2;

http2.connect = ((...given: Parameters<typeof connect>) => {
  const session = connect(...given);
  guard(session);
  return session;
}) as typeof connect;

http2.createServer = ((...given: Parameters<typeof createServer>) => {
  const server = createServer(...given);
  server.prependListener("session", guard);
  return server;
}) as typeof createServer;

http2.createSecureServer = ((...given: Parameters<typeof createSecureServer>) => {
  const server = createSecureServer(...given);
  server.prependListener("session", guard);
  return server;
}) as typeof createSecureServer;
