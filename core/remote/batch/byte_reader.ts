import { SIZE_MAX } from "./limits.ts";
import { WireError } from "./wire_error.ts";

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);

/** Takes numbers, little endian, from bytes of a peer; whatever is not there is a WireError. */
export class ByteReader {
  /** All bytes. */
  readonly bytes: Uint8Array;
  /** What error codes begin with. */
  readonly what: string;
  /** Where the next byte is taken. */
  at = 0;

  /** Begins at the first byte. */
  constructor(bytes: Uint8Array, what: string) {
    // A Buffer of node is a Uint8Array of another shape: loops over both would be slower.
    this.bytes = bytes.constructor === Uint8Array
      ? bytes
      : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.what = what;
  }

  /** Makes sure of `count` more bytes, and gives where they begin, having gone past them. */
  take(count: number): number {
    const start = this.at;
    if (start + count > this.bytes.length) throw this.fault("short", "ends too early");
    this.at = start + count;
    return start;
  }

  u8(): number {
    return this.bytes[this.take(1)]!; // take() has seen that it is there, here and below
  }

  u16(): number {
    const start = this.take(2);
    return this.bytes[start]! | this.bytes[start + 1]! << 8;
  }

  u32(): number {
    const { bytes } = this;
    const start = this.take(4);
    return (bytes[start]! | bytes[start + 1]! << 8 | bytes[start + 2]! << 16 |
      bytes[start + 3]! << 24) >>> 0;
  }

  /** A whole number that a double holds exactly. */
  integer(): number {
    const start = this.take(8);
    for (let at = 0; at < 8; at++) floatBytes[at] = this.bytes[start + at]!;
    const value = float[0]! + 0; // the one element; no -0
    if (!Number.isSafeInteger(value)) throw this.fault("number", "has a number out of range");
    return value;
  }

  /** LEB128: seven bits a byte, lowest first, in as few bytes as will do. */
  varint(): number {
    const { bytes } = this;
    let at = this.take(1);
    let byte = bytes[at]!;
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    do {
      if (++at >= bytes.length) throw this.fault("short", "ends too early");
      byte = bytes[at]!;
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte >= 128 && scale < 2 ** 56);
    if (byte === 0 || byte >= 128 || value > SIZE_MAX) {
      throw this.fault("number", "has a malformed number");
    }
    this.at = at + 1;
    return value;
  }

  /** A copy of the next `length` bytes, which must hold no NUL, with a NUL at the end. */
  name(length: number): Uint8Array<ArrayBuffer> {
    const { bytes } = this;
    const start = this.take(length);
    const copy = new Uint8Array(length + 1);
    // Names are short: a view of one and a copy by it take longer than this.
    for (let at = 0; at < length; at++) {
      const byte = copy[at] = bytes[start + at]!; // take() has seen it
      if (byte === 0) throw this.fault("nul", "has a NUL inside a name or path");
    }
    return copy;
  }

  /** Makes sure that nothing is left. */
  end(): void {
    if (this.at !== this.bytes.length) throw this.fault("trailing", "goes on past its end");
  }

  /** The error for what is wrong: `code` without its beginning, `sentence` without its subject. */
  fault(code: string, sentence: string): WireError {
    return new WireError(`${this.what}-${code}`, `The peer's ${this.what} ${sentence}.`);
  }
}
