/**
 * The data plane: the content of files on its way between the two ends of a session.
 *
 * Movers write records to an `Outlet` and read them from an `Inlet`, blocking, and never know
 * whether that is a socket (linux) or a ring that the main thread pumps to a connection. The main
 * thread makes the connections: `DataListener` at the daemon, `connectData` at the client. The
 * bytes are in docs/protocol/data-plane.md. Imports entry, sys, the batch's WireError and the
 * acceptor. Begin with `streams.ts`, then `record_format.ts`.
 *
 * @module
 */
export {
  connectData,
  connectWithin,
  DataConnectError,
  type DataConnectOptions,
  SocketConnection,
} from "./connect.ts";
export {
  type Handover,
  handOverInlet,
  handOverOutlet,
  handOverSocket,
  openInlet,
  openOutlet,
  relayIn,
  relayOut,
  type StreamTaker,
} from "./handover.ts";
export { DataListener, type DataListenerOptions, type Expectation } from "./listener.ts";
export type { ByteReader, ByteWriter } from "./pump.ts";
export {
  BLOCKS_BYTES_MAX,
  type FileState,
  type Listed,
  RecordType,
  type SendFailure,
  SHARD_BYTES_MAX,
  SHARD_PAIRS_MAX,
} from "./record_format.ts";
export { RecordReader } from "./record_reader.ts";
export { RecordWriter } from "./record_writer.ts";
export { Sleeper } from "./sleeper.ts";
export type { Inlet, Outlet, Stream } from "./streams.ts";
export { TOKEN_BYTES, TokenMaker, type TokenVerdict } from "./token.ts";
export { openWaker, type Waker, WakerWord } from "./waker.ts";
