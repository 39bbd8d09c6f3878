import type { StatTable } from "../entry/stats.ts";

/** Numbers of one slot: inode low and high, and the device's number in this set, from 1. */
const SLOT = 3;

/**
 * Inodes that have been met: open addressing, 12 bytes a slot and at most two thirds full, so
 * that a million files of several links take 25 MB and no object.
 */
export class InodeSet {
  #slots = new Uint32Array(1024 * SLOT);
  #mask = 1023;
  #count = 0;
  /** Devices by major and minor number; a tree has few. */
  readonly #devices = new Map<number, number>();
  #major = -1;
  #minor = -1;
  #device = 0;

  /** Adds the inode of a row; false where it was there. */
  add(stats: StatTable, row: number): boolean {
    // The row has been filled.
    const low = stats.inodeLow[row]!;
    const high = stats.inodeHigh[row]!;
    const device = this.#deviceNumber(stats.deviceMajor[row]!, stats.deviceMinor[row]!);
    const slots = this.#slots;
    const slot = this.#find(low, high, device);
    if (slots[slot + 2] !== 0) return false;
    slots[slot] = low;
    slots[slot + 1] = high;
    slots[slot + 2] = device;
    if (++this.#count * 3 > (this.#mask + 1) * 2) this.#grow();
    return true;
  }

  #deviceNumber(major: number, minor: number): number {
    if (major === this.#major && minor === this.#minor) return this.#device;
    const key = major * 2 ** 32 + minor; // a device number has 32 bits: major 12, minor 20
    let device = this.#devices.get(key);
    if (device === undefined) this.#devices.set(key, device = this.#devices.size + 1);
    this.#major = major;
    this.#minor = minor;
    this.#device = device;
    return device;
  }

  /** Where an inode is, or would be. */
  #find(low: number, high: number, device: number): number {
    const slots = this.#slots;
    // Fibonacci hashing (Knuth, TAOCP 3, 6.4): inodes of one directory often follow one another.
    let hash = Math.imul(low ^ high ^ device << 24, 0x9e3779b1);
    hash ^= hash >>> 15;
    for (let at = hash & this.#mask;; at = (at + 1) & this.#mask) {
      const slot = at * SLOT;
      const held = slots[slot + 2];
      if (held === 0) return slot;
      if (slots[slot] === low && slots[slot + 1] === high && held === device) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Uint32Array((this.#mask + 1) * SLOT);
    for (let from = 0; from < old.length; from += SLOT) {
      const device = old[from + 2]!; // as many slots as numbers allow
      if (device === 0) continue;
      const to = this.#find(old[from]!, old[from + 1]!, device); // as above
      this.#slots[to] = old[from]!;
      this.#slots[to + 1] = old[from + 1]!;
      this.#slots[to + 2] = device;
    }
  }
}
