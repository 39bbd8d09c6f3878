import type { StatTable } from "../../entry/stats.ts";

/** Bytes of `struct statx`. */
const STATX_BYTES = 256;
const HIGH = 2 ** 32;

/**
 * The buffer that statx(2) fills, and its reader. `struct statx` has one layout on every
 * architecture (statx(2)): offsets below are in 4-byte words.
 */
export class StatusBuffer {
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(STATX_BYTES);
  readonly #words = new Uint32Array(this.bytes.buffer);
  readonly #signed = new Int32Array(this.bytes.buffer);

  /** Copies what was filled into row `index` of `table`. Hot path. */
  store(table: StatTable, index: number): void {
    const words = this.#words;
    // Every offset is below 64, the number of words in the buffer.
    table.links[index] = words[4]!;
    table.uid[index] = words[5]!;
    table.gid[index] = words[6]!;
    table.mode[index] = words[7]! & 0xffff;
    table.inodeLow[index] = words[8]!;
    table.inodeHigh[index] = words[9]!;
    table.size[index] = words[10]! + words[11]! * HIGH;
    table.blocks[index] = words[12]! + words[13]! * HIGH;
    table.mtimeSeconds[index] = words[28]! + this.#signed[29]! * HIGH;
    table.mtimeNanoseconds[index] = words[30]!;
    table.nodeMajor[index] = words[32]!;
    table.nodeMinor[index] = words[33]!;
    table.deviceMajor[index] = words[34]!;
    table.deviceMinor[index] = words[35]!;
  }
  /** Copies the time of the last change: seconds and nanoseconds. */
  storeChangeTime(into: Float64Array): void {
    into[0] = this.#words[24]! + this.#signed[25]! * HIGH; // as above
    into[1] = this.#words[26]!;
  }
}
