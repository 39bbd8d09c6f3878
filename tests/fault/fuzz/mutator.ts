/** Changes bytes by chance, and the same way again for the same seed. */
export class Mutator {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed | 1;
  }

  /** A whole number from 0 to below `limit`; xorshift32 (Marsaglia, 2003). */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  /** Changes some of the bytes in place; their number stays. */
  change(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const at = this.below(bytes.length);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    switch (this.below(7)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << this.below(8));
        break;
      case 1:
        bytes[at] = this.below(256);
        break;
      case 2: // lengths and counts
        if (at + 4 <= bytes.length) view.setUint32(at, ODD_NUMBERS[this.below(8)] ?? 0, true);
        break;
      case 3:
        for (let n = at; n < Math.min(bytes.length, at + 16); n++) bytes[n] = this.below(256);
        break;
      case 4:
        bytes.copyWithin(at, this.below(bytes.length), this.below(bytes.length));
        break;
      case 5: // names that lead elsewhere
        bytes.set(
          (BAD_NAMES[this.below(BAD_NAMES.length)] ?? BAD_NAMES[0] as Uint8Array)
            .subarray(0, bytes.length - at),
          at,
        );
        break;
      default:
        bytes.fill(this.below(2) * 255, at, at + this.below(40));
    }
  }

  /** Other bytes in the place of these: fewer, more, or changed. */
  distort(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const at = this.below(bytes.length + 1);
    switch (this.below(5)) {
      case 0:
        return bytes.slice(0, at);
      case 1:
        return joined(bytes.subarray(0, at), bytes.subarray(this.below(bytes.length + 1)));
      case 2: {
        const noise = new Uint8Array(this.below(4000));
        for (let n = 0; n < noise.length; n++) noise[n] = this.below(256);
        return joined(bytes.subarray(0, at), noise, bytes.subarray(at));
      }
      default: {
        const changed = bytes.slice();
        for (let n = this.below(4); n >= 0; n--) this.change(changed);
        return changed;
      }
    }
  }
}

const ODD_NUMBERS = [0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 0x10000, 4097, 0x40000001];

const BAD_NAMES: readonly Uint8Array[] = ["../", "..", "/etc/", "/", ".", "\0\0", "a/../../b"]
  .map((text) => new TextEncoder().encode(text));

/** One array of all. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
