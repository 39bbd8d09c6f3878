/**
 * Names of subdirectories that a walk has seen and not yet entered: a stack of regions, one for
 * each directory between the root and the one at hand, in one buffer. A name is two bytes of
 * length and its bytes.
 */
export class Pending {
  #bytes = new Uint8Array(4096);
  /** Where the region at hand starts. */
  #start = 0;
  /** Where the next name to enter stands. */
  #at = 0;
  #used = 0;

  /** Whether the region at hand has names left. */
  get hasNext(): boolean {
    return this.#at < this.#used;
  }

  /** Adds a name to the region at hand. */
  add(from: Uint8Array, start: number, length: number): void {
    const needed = this.#used + 2 + length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = grown;
    }
    this.#bytes[this.#used] = length & 0xff;
    this.#bytes[this.#used + 1] = length >> 8;
    this.#bytes.set(from.subarray(start, start + length), this.#used + 2);
    this.#used = needed;
  }

  /** Takes the next name of the region at hand into `name`, with a NUL; gives its length. */
  take(name: Uint8Array): number {
    const bytes = this.#bytes;
    const length = lengthAt(bytes, this.#at); // there is one: see `hasNext`
    name.set(bytes.subarray(this.#at + 2, this.#at + 2 + length));
    name[length] = 0;
    this.#at += 2 + length;
    return length;
  }

  /** Puts the names of the region at hand into the order of their bytes. */
  sort(): void {
    const bytes = this.#bytes;
    let count = 0;
    for (let at = this.#at; at < this.#used; at = after(bytes, at)) count++;
    if (count < 2) return;
    const order = new Uint32Array(count);
    for (let at = this.#at, index = 0; index < count; at = after(bytes, at)) order[index++] = at;
    order.sort((one, other) => compare(bytes, one, other));
    const region = bytes.slice(this.#at, this.#used);
    this.#used = this.#at;
    for (const from of order) {
      const start = from - this.#at;
      const record = region.subarray(start, after(region, start));
      bytes.set(record, this.#used);
      this.#used += record.length;
    }
  }

  /** Begins a region above the one at hand; gives what `leave` wants to come back to it. */
  enter(): { readonly start: number; readonly at: number } {
    const mark = { start: this.#start, at: this.#at };
    this.#start = this.#at = this.#used;
    return mark;
  }

  /** Drops the region at hand and comes back to the one below. */
  leave(mark: { readonly start: number; readonly at: number }): void {
    this.#used = this.#start;
    this.#start = mark.start;
    this.#at = mark.at;
  }

  /** Drops what is left of the region at hand. */
  skip(): void {
    this.#at = this.#used;
  }
}

/** Where the record after one stands. */
function after(bytes: Uint8Array, at: number): number {
  return at + 2 + lengthAt(bytes, at);
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | bytes[at + 1]! << 8; // a record is never cut
}

function compare(bytes: Uint8Array, one: number, other: number): number {
  const lengths = lengthAt(bytes, one) - lengthAt(bytes, other);
  const length = lengthAt(bytes, lengths < 0 ? one : other);
  for (let at = 2; at < length + 2; at++) {
    const difference = bytes[one + at]! - bytes[other + at]!; // within both records
    if (difference !== 0) return difference;
  }
  return lengths;
}
