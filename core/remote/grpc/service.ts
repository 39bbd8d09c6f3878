import { Buffer } from "node:buffer";
import {
  Chunk,
  Frame,
  ListModulesReply,
  ListModulesRequest,
  type MessageFns,
  PingReply,
  PingRequest,
} from "../../../proto/generated/blit.ts";
import type { MethodDefinition } from "./library.ts";

/** Bytes as grpc-js takes them: a view, not a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * A call whose messages are encoded and decoded by whoever writes and reads them: only there is
 * their size known, which back-pressure needs. A call with one request, whose answer streams, is
 * the same on the wire.
 */
function stream(name: string): MethodDefinition<Buffer, Buffer> {
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    path: `/blit.v2.Blit/${name}`,
    requestStream: true,
    responseStream: true,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

function unary<Request, Reply>(
  name: string,
  request: MessageFns<Request>,
  reply: MessageFns<Reply>,
): MethodDefinition<Request, Reply> {
  return {
    path: `/blit.v2.Blit/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => asBuffer(request.encode(message).finish()),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => asBuffer(reply.encode(message).finish()),
    responseDeserialize: (bytes) => reply.decode(bytes),
  };
}

/** The service `blit.v2.Blit` of proto/blit.proto, as grpc-js takes it. */
export const SERVICE: {
  readonly push: MethodDefinition<Buffer, Buffer>;
  readonly pull: MethodDefinition<Buffer, Buffer>;
  readonly carry: MethodDefinition<Buffer, Buffer>;
  readonly listModules: MethodDefinition<ListModulesRequest, ListModulesReply>;
  readonly ping: MethodDefinition<PingRequest, PingReply>;
  readonly list: MethodDefinition<Buffer, Buffer>;
  readonly find: MethodDefinition<Buffer, Buffer>;
  readonly diskUsage: MethodDefinition<Buffer, Buffer>;
  readonly filesystemStats: MethodDefinition<Buffer, Buffer>;
  readonly purge: MethodDefinition<Buffer, Buffer>;
  readonly completePath: MethodDefinition<Buffer, Buffer>;
} = {
  push: stream("Push"),
  pull: stream("Pull"),
  carry: stream("Carry"),
  listModules: unary("ListModules", ListModulesRequest, ListModulesReply),
  ping: unary("Ping", PingRequest, PingReply),
  list: stream("List"),
  find: stream("Find"),
  diskUsage: stream("DiskUsage"),
  filesystemStats: stream("FilesystemStats"),
  purge: stream("Purge"),
  completePath: stream("CompletePath"),
};

/** Encodes a frame. */
export function encodeFrame(frame: Frame): Buffer {
  return asBuffer(Frame.encode(frame).finish());
}

/** Bytes of data in one chunk. */
export const CHUNK_BYTES = 256 * 1024;
/** The tag of Chunk.data (field 2, length-delimited) and a length of up to five bytes. */
const DATA_TAG = 0x12;

/**
 * A chunk of data. By hand: the generated code would copy the bytes twice more, and these are the
 * ones that count.
 */
export function encodeData(data: Uint8Array): Buffer {
  const { length } = data;
  const bytes = Buffer.allocUnsafe(6 + length);
  bytes[0] = DATA_TAG;
  let at = 1;
  for (let rest = length;; rest >>>= 7) {
    bytes[at++] = rest > 0x7f ? (rest & 0x7f) | 0x80 : rest;
    if (rest <= 0x7f) break;
  }
  bytes.set(data, at);
  return bytes.subarray(0, at + length);
}

/** The chunk with which a client says which stream this is. */
export function encodeToken(token: Uint8Array): Buffer {
  return asBuffer(Chunk.encode({ token, data: new Uint8Array() }).finish());
}

/** Reads a chunk; its bytes are a view. Throws for what is none. */
export function decodeChunk(bytes: Buffer): Chunk {
  return Chunk.decode(bytes);
}
