import { compareBytes } from "../entry/bytes.ts";
import type { LinkGroup, LinkName, LoggedLinks } from "../movers/run_log.ts";

/** Numbers that tell an inode: device major and minor, inode low and high. */
const PARTS = 4;

/**
 * Hard links of many batches by their inodes, in columns: names become objects only when there is
 * something to do with them. A name's number is its place among all that were logged.
 */
export class LinkGroups {
  readonly #total: number;
  /** By name: which batch it is of, its number there, and where it begins in the packed names. */
  readonly #batch: Uint32Array;
  readonly #within: Uint32Array;
  readonly #offset: Uint32Array;
  /** By name: the next one of its inode and one; 0 for the last. */
  readonly #next: Uint32Array;
  /** By first name: the last one of its inode and one; 0 for all others. */
  readonly #last: Uint32Array;

  constructor(readonly logged: readonly LoggedLinks[]) {
    this.#total = logged.reduce((sum, links) => sum + links.count, 0);
    const column = (): Uint32Array => new Uint32Array(this.#total);
    this.#batch = column();
    this.#within = column();
    this.#offset = column();
    this.#next = column();
    this.#last = column();
    this.#number();
    this.#chain();
  }

  /**
   * The groups that there is something to do with, in the order in which their first names were
   * logged: so directories follow one another.
   */
  *unsettled(onSame: (names: number) => void): Generator<LinkGroup> {
    for (let first = 0; first < this.#total; first++) {
      if (this.#last[first] === 0) continue;
      const same = this.#settled(first);
      if (same > 0) onSame(same);
      else yield { leader: undefined, names: this.#names(first) };
    }
  }

  #number(): void {
    let name = 0;
    this.logged.forEach(({ names, count }, batch) => {
      let at = 0;
      for (let within = 0; within < count; within++, name++) {
        this.#batch[name] = batch;
        this.#within[name] = within;
        this.#offset[name] = at;
        at += 3 + (names[at + 1]! | names[at + 2]! << 8); // a record is never cut
      }
    });
  }

  /** Finds the names of each inode: open addressing, by the low half of its number. */
  #chain(): void {
    let slots = 16;
    while (slots < this.#total * 2) slots *= 2;
    const firsts = new Uint32Array(slots); // of an inode, and one
    for (let name = 0; name < this.#total; name++) { // all columns are as long
      const { inodes } = this.logged[this.#batch[name]!]!;
      let slot = spread(inodes[this.#within[name]! * PARTS + 2]!) & (slots - 1);
      while (firsts[slot] !== 0 && !this.#isOne(firsts[slot]! - 1, name, "inodes")) {
        slot = (slot + 1) & (slots - 1);
      }
      const first = firsts[slot]! - 1;
      if (first < 0) {
        firsts[slot] = name + 1;
        this.#last[name] = name + 1;
        continue;
      }
      this.#next[this.#last[first]! - 1] = name + 1;
      this.#last[first] = name + 1;
    }
  }

  /** Whether two names are one inode at the source, or at the destination. */
  #isOne(one: number, other: number, side: "inodes" | "there"): boolean {
    const numbers = this.logged[this.#batch[one]!]![side]; // as long as the other columns
    const others = this.logged[this.#batch[other]!]![side];
    const [at, otherAt] = [this.#within[one]! * PARTS, this.#within[other]! * PARTS];
    return numbers[at + 2] === others[otherAt + 2] && numbers[at + 3] === others[otherAt + 3] &&
      numbers[at] === others[otherAt] && numbers[at + 1] === others[otherAt + 1];
  }

  /** How many names a group has, if all of them are the same and one inode there; else 0. */
  #settled(first: number): number {
    let count = 0;
    for (let name = first; name >= 0; name = this.#next[name]! - 1) { // in the columns
      if (this.logged[this.#batch[name]!]!.same[this.#within[name]!] === 0) return 0;
      if (name !== first && !this.#isOne(first, name, "there")) return 0;
      count++;
    }
    return count;
  }

  /** The names of a group in byte order, so that a dry run and the run after it copy the same one. */
  #names(first: number): LinkName[] {
    const names: LinkName[] = [];
    for (let name = first; name >= 0; name = this.#next[name]! - 1) { // in the columns
      const { path, names: packed, absent } = this.logged[this.#batch[name]!]!;
      const offset = this.#offset[name]!;
      const length = packed[offset + 1]! | packed[offset + 2]! << 8;
      const copy = new Uint8Array(length + 1);
      copy.set(packed.subarray(offset + 3, offset + 3 + length));
      names.push({ path, name: copy, kind: packed[offset]!, absent });
    }
    return names.sort((one, other) =>
      compareBytes(one.path, other.path) || compareBytes(one.name, other.name)
    );
  }
}

/** Inodes are numbered one after the other: their slots are to lie apart. */
function spread(number: number): number {
  const mixed = Math.imul(number, 0x9e3779b1);
  return (mixed ^ mixed >>> 15) >>> 0;
}
