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
    const length = bytes[this.#at]! | bytes[this.#at + 1]! << 8; // there is one: see `hasNext`
    name.set(bytes.subarray(this.#at + 2, this.#at + 2 + length));
    name[length] = 0;
    this.#at += 2 + length;
    return length;
  }

  /** Puts the names of the region at hand into the order of their bytes. */
  sort(): void {
    const bytes = this.#bytes;
    const names: Uint8Array[] = [];
    for (let at = this.#at; at < this.#used;) {
      const length = bytes[at]! | bytes[at + 1]! << 8; // a record is never cut
      names.push(bytes.slice(at + 2, at + 2 + length));
      at += 2 + length;
    }
    if (names.length < 2) return;
    names.sort(compareBytes);
    this.#used = this.#at;
    for (const name of names) this.add(name, 0, name.length);
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

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const difference = one[at]! - other[at]!; // within both
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
