import type { Listing } from "../../core/admin/looking.ts";

type Column = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * Entries that wait to be sorted or aligned, in columns: some 60 bytes each besides the name.
 * Hot path: everything that is not printed straight from a chunk goes through here.
 */
export class Rows {
  count = 0;
  /** All names; `offsets` and `lengths` say where each is. */
  bytes = new Uint8Array(32 * 1024);
  offsets = new Uint32Array(1024);
  lengths = new Uint32Array(1024);
  kinds = new Uint8Array(1024);
  mode = new Uint32Array(1024);
  uid = new Uint32Array(1024);
  gid = new Uint32Array(1024);
  links = new Uint32Array(1024);
  size = new Float64Array(1024);
  blocks = new Float64Array(1024);
  mtimeSeconds = new Float64Array(1024);
  mtimeNanoseconds = new Uint32Array(1024);
  /** Where links point, by row. */
  readonly targets = new Map<number, Uint8Array>();
  #used = 0;

  /** Without `withStats` only names and kinds are kept. */
  constructor(readonly withStats: boolean) {}

  /** Appends a row of a chunk without the first `skip` bytes of its path. */
  add(listing: Listing, row: number, skip: number): void {
    const { paths, stats } = listing;
    const start = (paths.offsets[row] ?? 0) + skip;
    const length = (paths.lengths[row] ?? 0) - skip;
    const index = this.count++;
    if (index === this.offsets.length) this.#growRows();
    const at = this.#used;
    if (at + length > this.bytes.length) this.bytes = grown(this.bytes, at + length);
    const { bytes } = this;
    for (let byte = 0; byte < length; byte++) bytes[at + byte] = paths.bytes[start + byte]!; // within
    this.#used = at + length;
    this.offsets[index] = at;
    this.lengths[index] = length;
    this.kinds[index] = listing.kinds[row] ?? 0;
    if (!this.withStats) return;
    this.mode[index] = stats.mode[row] ?? 0;
    this.uid[index] = stats.uid[row] ?? 0;
    this.gid[index] = stats.gid[row] ?? 0;
    this.links[index] = stats.links[row] ?? 0;
    this.size[index] = stats.size[row] ?? 0;
    this.blocks[index] = stats.blocks[row] ?? 0;
    this.mtimeSeconds[index] = stats.mtimeSeconds[row] ?? 0;
    this.mtimeNanoseconds[index] = stats.mtimeNanoseconds[row] ?? 0;
    const target = listing.targets.get(row);
    if (target !== undefined) this.targets.set(index, target);
  }

  /** A view of a name; good until a row is added. */
  name(row: number): Uint8Array {
    const offset = this.offsets[row] ?? 0;
    return this.bytes.subarray(offset, offset + (this.lengths[row] ?? 0));
  }

  clear(): void {
    this.count = 0;
    this.#used = 0;
    if (this.targets.size > 0) this.targets.clear();
  }

  #growRows(): void {
    const least = this.offsets.length * 2;
    this.offsets = grown(this.offsets, least);
    this.lengths = grown(this.lengths, least);
    this.kinds = grown(this.kinds, least);
    if (!this.withStats) return;
    this.mode = grown(this.mode, least);
    this.uid = grown(this.uid, least);
    this.gid = grown(this.gid, least);
    this.links = grown(this.links, least);
    this.size = grown(this.size, least);
    this.blocks = grown(this.blocks, least);
    this.mtimeSeconds = grown(this.mtimeSeconds, least);
    this.mtimeNanoseconds = grown(this.mtimeNanoseconds, least);
  }
}

function grown<Kept extends Column>(column: Kept, least: number): Kept {
  const length = Math.max(least, column.length * 2);
  const larger = new (column.constructor as new (length: number) => Kept)(length);
  larger.set(column);
  return larger;
}
