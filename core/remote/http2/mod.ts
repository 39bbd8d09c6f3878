/**
 * HTTP/2 for gRPC: begin reading with connection.ts.
 *
 * @module
 */
export { ClientConnection } from "./client_connection.ts";
export type { Fields } from "./hpack.ts";
export { Http2Error } from "./http2_error.ts";
export { Http2Server, type Http2ServerOptions } from "./server.ts";
export type { Http2Stream, StreamListener } from "./stream.ts";
