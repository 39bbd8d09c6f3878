/**
 * The method that both programs of the guard's test know.
 *
 * @module
 */
import type { ServiceDefinition } from "@grpc/grpc-js";
import { Buffer } from "node:buffer";

const toBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const same = (bytes: Buffer): Buffer => bytes;

/** Bytes there and back. */
export const ECHO: ServiceDefinition = {
  echo: {
    path: "/test.Echo/Echo",
    requestStream: true,
    responseStream: true,
    requestSerialize: toBuffer,
    requestDeserialize: same,
    responseSerialize: toBuffer,
    responseDeserialize: same,
  },
};
