/**
 * The frames of HTTP/2 (RFC 9113): their numbers, and the few that this end sends.
 *
 * @module
 */

/** Bytes before each frame's payload: its length, type, flags and stream. */
export const HEADER_BYTES = 9;
/** The longest payload where nobody has said otherwise. */
export const FRAME_BYTES = 16_384;
/** The longest payload that anybody may allow. */
export const FRAME_BYTES_LIMIT: number = 2 ** 24 - 1;
/** How many bytes may be on their way where nobody has said otherwise. */
export const WINDOW_BYTES = 65_535;
/** No window may be larger. */
export const WINDOW_MAX = 2 ** 31 - 1;

/** Kinds of frames (RFC 9113, 6). */
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
} as const;

/** Flags of frames; one bit means different things on different kinds. */
export const Flag = { EndStream: 1, Ack: 1, EndHeaders: 4, Padded: 8, Priority: 0x20 } as const;

/** What an end says of itself (RFC 9113, 6.5.2). */
export const Setting = {
  HeaderTableSize: 1,
  EnablePush: 2,
  MaxConcurrentStreams: 3,
  InitialWindowSize: 4,
  MaxFrameSize: 5,
  MaxHeaderListSize: 6,
} as const;

/** Why a stream is reset, or a connection left (RFC 9113, 7). */
export const Code = {
  None: 0,
  Protocol: 1,
  FlowControl: 3,
  FrameSize: 6,
  RefusedStream: 7,
  Cancel: 8,
  Compression: 9,
  EnhanceYourCalm: 11,
} as const;

/** What a client says before its first frame: that it speaks HTTP/2 (RFC 9113, 3.4). */
export const MAGIC: Uint8Array<ArrayBuffer> = new TextEncoder().encode(
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
);

/** Writes the nine bytes before a payload. */
export function putHeader(
  bytes: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): void {
  bytes[at] = length >>> 16;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length;
  bytes[at + 3] = type;
  bytes[at + 4] = flags;
  bytes[at + 5] = stream >>> 24;
  bytes[at + 6] = stream >>> 16;
  bytes[at + 7] = stream >>> 8;
  bytes[at + 8] = stream;
}

/** A whole frame. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  putHeader(bytes, 0, payload.length, type, flags, stream);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** A payload of one number of 32 bits. */
export function number32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A frame that says how this end is, in pairs of a setting and its value. */
export function settingsFrame(
  settings: readonly (readonly [number, number])[],
): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(settings.length * 6);
  const view = new DataView(payload.buffer);
  for (const [index, [setting, value]] of settings.entries()) {
    view.setUint16(index * 6, setting);
    view.setUint32(index * 6 + 2, value);
  }
  return frame(FrameType.Settings, 0, 0, payload);
}
