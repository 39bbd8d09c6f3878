import { Kind } from "../../entry/kind.ts";
import { StatTable } from "../../entry/stats.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { SIZE_MAX } from "./limits.ts";
import { WireError } from "./wire_error.ts";

/** Bytes of a directory's own stat. */
export const DIRECTORY_BYTES = 38;

const NOTHING = new StatTable(1);

/** Mode (u16), owner, group, nanoseconds (u32 each), size, blocks, seconds (f64 each). */
export function writeDirectory(writer: ByteWriter, directory: StatTable): void {
  const mode = directory.mode[0]!; // its one row, here and below
  const size = directory.size[0]!;
  const blocks = directory.blocks[0]!;
  const seconds = directory.mtimeSeconds[0]!;
  const inRange = Number.isSafeInteger(seconds) && size >= 0 && size <= SIZE_MAX && blocks >= 0 &&
    blocks <= SIZE_MAX;
  if (mode > 0xffff || mode >>> 12 !== Kind.Directory || !inRange) {
    throw new WireError("batch-directory", `A directory of mode ${mode} cannot be sent.`);
  }
  writer.u16(mode);
  writer.u32(directory.uid[0]!);
  writer.u32(directory.gid[0]!);
  writer.u32(Math.min(directory.mtimeNanoseconds[0]!, 999_999_999)); // see writeTimes
  writer.integer(size);
  writer.integer(blocks);
  writer.integer(seconds);
}

/** Fills the one row of a table. */
export function readDirectory(reader: ByteReader, directory: StatTable): void {
  directory.copyRow(0, NOTHING, 0);
  directory.links[0] = 1;
  const mode = directory.mode[0] = reader.u16();
  if (mode >>> 12 !== Kind.Directory) throw reader.fault("kind", "lists what is no directory");
  directory.uid[0] = reader.u32();
  directory.gid[0] = reader.u32();
  const nanoseconds = directory.mtimeNanoseconds[0] = reader.u32();
  if (nanoseconds > 999_999_999) {
    throw reader.fault("time", "has more than a second of nanoseconds");
  }
  const size = directory.size[0] = reader.integer();
  const blocks = directory.blocks[0] = reader.integer();
  if (size < 0 || blocks < 0) throw reader.fault("number", "has a number out of range");
  directory.mtimeSeconds[0] = reader.integer();
}
