import { Chunk, Frame } from "../../../proto/generated/blit.ts";

/** Bytes of one message, both ways, where nobody says otherwise. */
export const MESSAGE_BYTES = 16 << 20;

/** What the paths of all calls of the service `blit.v2.Blit` of proto/blit.proto begin with. */
export const METHOD_PREFIX = "/blit.v2.Blit/";

/** Encodes a frame. */
export function encodeFrame(frame: Frame): Uint8Array {
  return Frame.encode(frame).finish();
}

/** Bytes of data in one chunk. */
export const CHUNK_BYTES = 256 * 1024;
/** The tag of Chunk.data (field 2, length-delimited) and a length of up to five bytes. */
const DATA_TAG = 0x12;

/**
 * A chunk of data. By hand: the generated code would copy the bytes twice more, and these are the
 * ones that count.
 */
export function encodeData(data: Uint8Array): Uint8Array {
  const { length } = data;
  const bytes = new Uint8Array(6 + length);
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
export function encodeToken(token: Uint8Array): Uint8Array {
  return Chunk.encode({ token, data: new Uint8Array() }).finish();
}

/** Reads a chunk; its bytes are a view. Throws for what is none. */
export function decodeChunk(bytes: Uint8Array): Chunk {
  return Chunk.decode(bytes);
}
