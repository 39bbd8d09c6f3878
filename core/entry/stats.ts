import { BATCH_ENTRIES } from "./names.ts";

/** Bytes of a row in all columns. */
export const STAT_ROW_BYTES = 68;

/**
 * What stat tells of up to 4,096 entries, in columns. Numbers that may pass 2^32 are doubles:
 * exact up to 2^53. Inode and device numbers are only ever compared, so they are kept in halves.
 */
export class StatTable {
  /** `st_mode`: kind and permission bits. */
  readonly mode: Uint32Array;
  /** Owner's user id. */
  readonly uid: Uint32Array;
  /** Owner's group id. */
  readonly gid: Uint32Array;
  /** Hard link count. */
  readonly links: Uint32Array;
  /** Inode number, low and high half. */
  readonly inodeLow: Uint32Array;
  /** See `inodeLow`. */
  readonly inodeHigh: Uint32Array;
  /** Major and minor number of the device the entry is on. */
  readonly deviceMajor: Uint32Array;
  /** See `deviceMajor`. */
  readonly deviceMinor: Uint32Array;
  /** Major and minor number of the device the entry is (device nodes only). */
  readonly nodeMajor: Uint32Array;
  /** See `nodeMajor`. */
  readonly nodeMinor: Uint32Array;
  /** Size in bytes. */
  readonly size: Float64Array;
  /** Allocated 512-byte blocks. */
  readonly blocks: Float64Array;
  /** Modification time, whole seconds since 1970 (may be negative). */
  readonly mtimeSeconds: Float64Array;
  /** Modification time, nanoseconds within the second: 0 to 999,999,999. */
  readonly mtimeNanoseconds: Uint32Array;

  constructor(capacity: number = BATCH_ENTRIES) {
    // Memory of its own for each column would take ten times as long: 11 us for a table of one row.
    const memory = new ArrayBuffer(capacity * STAT_ROW_BYTES);
    const f64 = (at: number): Float64Array => new Float64Array(memory, at * capacity, capacity);
    const u32 = (at: number): Uint32Array => new Uint32Array(memory, at * capacity, capacity);
    this.size = f64(0);
    this.blocks = f64(8);
    this.mtimeSeconds = f64(16);
    this.mode = u32(24);
    this.uid = u32(28);
    this.gid = u32(32);
    this.links = u32(36);
    this.inodeLow = u32(40);
    this.inodeHigh = u32(44);
    this.deviceMajor = u32(48);
    this.deviceMinor = u32(52);
    this.nodeMajor = u32(56);
    this.nodeMinor = u32(60);
    this.mtimeNanoseconds = u32(64);
  }

  /** Fills row `index` with a row of another table. */
  copyRow(index: number, from: StatTable, row: number): void {
    // Both rows exist: callers take them from the tables' own counts.
    this.mode[index] = from.mode[row]!;
    this.uid[index] = from.uid[row]!;
    this.gid[index] = from.gid[row]!;
    this.links[index] = from.links[row]!;
    this.inodeLow[index] = from.inodeLow[row]!;
    this.inodeHigh[index] = from.inodeHigh[row]!;
    this.deviceMajor[index] = from.deviceMajor[row]!;
    this.deviceMinor[index] = from.deviceMinor[row]!;
    this.nodeMajor[index] = from.nodeMajor[row]!;
    this.nodeMinor[index] = from.nodeMinor[row]!;
    this.size[index] = from.size[row]!;
    this.blocks[index] = from.blocks[row]!;
    this.mtimeSeconds[index] = from.mtimeSeconds[row]!;
    this.mtimeNanoseconds[index] = from.mtimeNanoseconds[row]!;
  }

  /** The kind code of entry `index`. */
  kind(index: number): number {
    return (this.mode[index] ?? 0) >>> 12;
  }

  /** The device that entry `index` is on, as one number. */
  device(index: number): number {
    return (this.deviceMajor[index] ?? 0) * 2 ** 32 + (this.deviceMinor[index] ?? 0);
  }

  /** Whether two entries are one inode of one file system. */
  sameInode(index: number, other: StatTable, otherIndex: number): boolean {
    return this.inodeLow[index] === other.inodeLow[otherIndex] &&
      this.inodeHigh[index] === other.inodeHigh[otherIndex] &&
      this.deviceMajor[index] === other.deviceMajor[otherIndex] &&
      this.deviceMinor[index] === other.deviceMinor[otherIndex];
  }
}
