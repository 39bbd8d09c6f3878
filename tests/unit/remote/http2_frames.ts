/**
 * Frames of HTTP/2 for tests that say what no library would.
 *
 * @module
 */
import { encodeFields } from "../../../core/remote/http2/hpack.ts";

/** Numbers of RFC 9113, written down once more: what the product sends is held against them. */
export const FrameType = {
  Data: 0,
  Headers: 1,
  Priority: 2,
  Reset: 3,
  Settings: 4,
  PushPromise: 5,
  Ping: 6,
  GoAway: 7,
  WindowUpdate: 8,
  Continuation: 9,
  /** No RFC knows it. */
  Unknown: 99,
} as const;

/** Flags of frames. */
export const Flag = { EndStream: 1, Ack: 1, EndHeaders: 4, Padded: 8, Priority: 0x20 } as const;

/** Whether pushes are wanted, a setting of 0 or 1. */
export const ENABLE_PUSH = 2;
/** The setting of a stream's first window. */
export const INITIAL_WINDOW_SIZE = 4;
/** The setting of how long a payload may be. */
export const MAX_FRAME_SIZE = 5;

/** Anything that can be sent. */
export type Bytes = ArrayLike<number>;

/** One after the other. */
export function joined(...pieces: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function number32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** The nine bytes before a payload, whose length may be a lie. */
export function frameHeader(
  length: number,
  type: number,
  flags: number,
  id: number,
): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(length >>> 16, length >>> 8, length, type, flags, ...number32(id));
}

/** A whole frame. */
export function frame(
  type: number,
  flags: number,
  id: number,
  payload: Bytes = [],
): Uint8Array<ArrayBuffer> {
  return joined(frameHeader(payload.length, type, flags, id), payload);
}

/** A frame of settings, in pairs of a setting and its value. */
export function settingsFrame(
  ...settings: readonly (readonly [setting: number, value: number])[]
): Uint8Array<ArrayBuffer> {
  const pairs = settings.map(([setting, value]) => [0, setting, ...number32(value)]);
  return frame(FrameType.Settings, 0, 0, pairs.flat());
}

/** More may be sent on a stream, or on all of them (0). */
export function windowUpdate(id: number, more: number): Uint8Array<ArrayBuffer> {
  return frame(FrameType.WindowUpdate, 0, id, number32(more));
}

/** A stream is given up. */
export function resetFrame(id: number, code: number): Uint8Array<ArrayBuffer> {
  return frame(FrameType.Reset, 0, id, number32(code));
}

/** No stream is taken after this one. */
export function farewell(last: number): Uint8Array<ArrayBuffer> {
  return frame(FrameType.GoAway, 0, 0, joined(number32(last), number32(0)));
}

/** What a client says before its first frame. */
export const MAGIC = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
/** What a client says before its first request. */
export const GREETING = joined(MAGIC, settingsFrame());

/** The fields of a request. */
export const REQUEST = encodeFields(new Map([[":method", "POST"], [":path", "/"]]));

/** A request whose content is to come. */
export function openRequest(id: number, fields: Bytes = REQUEST): Uint8Array<ArrayBuffer> {
  return frame(FrameType.Headers, Flag.EndHeaders, id, fields);
}

/** A request without content. */
export function wholeRequest(id: number, fields: Bytes = REQUEST): Uint8Array<ArrayBuffer> {
  return frame(FrameType.Headers, Flag.EndHeaders | Flag.EndStream, id, fields);
}
