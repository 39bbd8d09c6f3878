import { Buffer } from "node:buffer";
import {
  ListModulesReply,
  ListModulesRequest,
  type MessageFns,
  PingReply,
  PingRequest,
} from "../../../proto/generated/blit.ts";
import type { MethodDefinition } from "./library.ts";
import { METHOD_PREFIX } from "../../../core/remote/grpc/messages.ts";

/** Bytes as grpc-js takes them: a view, not a copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * A call whose messages are encoded and decoded by whoever writes and reads them: only there is
 * their size known, which back-pressure needs. A call with one request, whose answer streams, is
 * the same on the wire.
 */
function stream(name: string): MethodDefinition<Uint8Array, Uint8Array> {
  const same = (bytes: Buffer): Uint8Array => bytes;
  return {
    path: METHOD_PREFIX + name,
    requestStream: true,
    responseStream: true,
    requestSerialize: asBuffer,
    requestDeserialize: same,
    responseSerialize: asBuffer,
    responseDeserialize: same,
  };
}

function unary<Request, Reply>(
  name: string,
  request: MessageFns<Request>,
  reply: MessageFns<Reply>,
): MethodDefinition<Request, Reply> {
  return {
    path: METHOD_PREFIX + name,
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
  readonly push: MethodDefinition<Uint8Array, Uint8Array>;
  readonly pull: MethodDefinition<Uint8Array, Uint8Array>;
  readonly carry: MethodDefinition<Uint8Array, Uint8Array>;
  readonly listModules: MethodDefinition<ListModulesRequest, ListModulesReply>;
  readonly ping: MethodDefinition<PingRequest, PingReply>;
  readonly list: MethodDefinition<Uint8Array, Uint8Array>;
  readonly find: MethodDefinition<Uint8Array, Uint8Array>;
  readonly diskUsage: MethodDefinition<Uint8Array, Uint8Array>;
  readonly filesystemStats: MethodDefinition<Uint8Array, Uint8Array>;
  readonly purge: MethodDefinition<Uint8Array, Uint8Array>;
  readonly completePath: MethodDefinition<Uint8Array, Uint8Array>;
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
