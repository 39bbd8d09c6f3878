const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);

/** Puts numbers, little endian, into bytes that the caller knows to be enough. */
export class ByteWriter {
  /** All bytes; made once and used for every batch. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the next byte goes. */
  at = 0;

  /** Makes the bytes. */
  constructor(capacityBytes: number) {
    this.bytes = new Uint8Array(capacityBytes);
  }

  u8(value: number): void {
    this.bytes[this.at++] = value;
  }

  u16(value: number): void {
    this.bytes[this.at++] = value;
    this.bytes[this.at++] = value >>> 8;
  }

  u32(value: number): void {
    this.bytes[this.at++] = value;
    this.bytes[this.at++] = value >>> 8;
    this.bytes[this.at++] = value >>> 16;
    this.bytes[this.at++] = value >>> 24;
  }

  /** A whole number that a double holds exactly. */
  integer(value: number): void {
    float[0] = value;
    this.raw(floatBytes);
  }

  /** LEB128; `value` is whole, not negative and exact. */
  varint(value: number): void {
    const { bytes } = this;
    let at = this.at;
    let rest = value;
    // Bit operations cut doubles to 32 bits, so what is larger is divided.
    for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128)) bytes[at++] = rest % 128 | 128;
    for (; rest >= 128; rest >>>= 7) bytes[at++] = rest & 127 | 128;
    bytes[at++] = rest;
    this.at = at;
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.at);
  }
}
