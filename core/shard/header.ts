import { headerAt, headerBytes, linkAt, nameAt, nameBytes, packHeader } from "../../wasm/blit.wasm";
import { faultOf, ShardError } from "./shard_error.ts";
import { wasmBytes } from "./slot.ts";

/** What a shard can hold. */
export type ShardKind = "file" | "directory" | "symlink" | "hard-link";

/** What the header of an entry says. A caller may reuse one object for all entries. */
export interface ShardHeader {
  kind: ShardKind;
  /** Relative path as bytes; a NUL at the end is not part of it. */
  name: Uint8Array;
  /** How many bytes of `name` it is; absent: all of them. */
  nameLength?: number;
  /** Permission bits, 12 of them. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of content of a file; 0 for all else. */
  sizeBytes: number;
  /** Whole seconds since 1970, rounded down. */
  mtimeSeconds: number;
  /** The rest, 0 to 999,999,999. */
  mtimeNanoseconds: number;
  /** Where a symbolic link points, or the name of the entry a hard link is another name of. */
  linkTarget?: Uint8Array | undefined;
}

/** The type digit of each kind: KIND_... in wasm/assembly/tar_format.ts. */
export const KIND_DIGITS: Readonly<Record<ShardKind, number>> = {
  "file": 0,
  "hard-link": 1,
  "symlink": 2,
  "directory": 5,
};

const NAME_AT = nameAt();
const LINK_AT = linkAt();
const MOST_NAME_BYTES = nameBytes();

/** Up to so many bytes are copied one by one: a view and a copy by it take longer. */
const FEW_BYTES = 128;

/** Copies a name to its place without the NUL it may end in; gives its length. */
function placeName(name: Uint8Array, given: number, address: number): number {
  const length = name[given - 1] === 0 ? given - 1 : given;
  // Too long is empty to the packer: it refuses both with the same sentence.
  if (length > MOST_NAME_BYTES) return 0;
  if (length > FEW_BYTES) wasmBytes.set(name.subarray(0, length), address);
  else for (let at = 0; at < length; at++) wasmBytes[address + at] = name[at]!; // below its length
  return length;
}

/** Whether a number is whole and of 32 bits, as almost all are; the others are looked at closely. */
function isPlain(value: number): boolean {
  return value >>> 0 === value;
}

function checkNumbers(header: ShardHeader): void {
  const { mode, uid, gid, sizeBytes, mtimeSeconds, mtimeNanoseconds } = header;
  const arePlain = mode >>> 12 === 0 && isPlain(mode) && isPlain(uid) && isPlain(gid) &&
    isPlain(sizeBytes) && isPlain(mtimeSeconds) && mtimeNanoseconds === 0;
  if (arePlain) return;
  checkNumber(mode, 0, 0o7777, "mode");
  checkNumber(uid, 0, 0xffffffff, "uid");
  checkNumber(gid, 0, 0xffffffff, "gid");
  checkNumber(sizeBytes, 0, Number.MAX_SAFE_INTEGER, "size");
  const most = Number.MAX_SAFE_INTEGER;
  checkNumber(mtimeSeconds, -most, most, "mtime in seconds");
  checkNumber(mtimeNanoseconds, 0, 999_999_999, "mtime's nanoseconds");
}

function checkNumber(value: number, least: number, most: number, what: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ShardError("bad-number", `Cannot pack an entry: its ${what} is ${value}`);
}

/**
 * Writes a header at `address` and gives the address behind it, or 0 if it and `roomBytes` of
 * content do not fit before `limit`. Throws a ShardError if tar cannot hold it.
 */
export function placeHeader(
  header: ShardHeader,
  address: number,
  limit: number,
  roomBytes: number,
): number {
  checkNumbers(header);
  if (header.kind !== "file" && header.sizeBytes !== 0) {
    throw new ShardError("unexpected-content", `Cannot pack a ${header.kind} with content`);
  }
  const nameLength = placeName(header.name, header.nameLength ?? header.name.length, NAME_AT);
  const target = header.linkTarget;
  const result = packHeader(
    address,
    limit,
    roomBytes,
    KIND_DIGITS[header.kind],
    header.mode,
    header.uid,
    header.gid,
    header.sizeBytes,
    header.mtimeSeconds,
    header.mtimeNanoseconds,
    nameLength,
    target === undefined ? 0 : placeName(target, target.length, LINK_AT),
  );
  if (result < 0) throw faultOf(result, "Cannot pack an entry");
  return result;
}

/**
 * The tar header, with a pax header before it where needed, of a file of any size whose content
 * travels outside a shard. {@linkcode paddingBytes} zeros follow the content.
 *
 * ```ts
 * import { tarHeader } from "./mod.ts";
 * import assert from "node:assert/strict";
 * const bytes = tarHeader({
 *   kind: "file",
 *   name: new TextEncoder().encode("disk.img"),
 *   mode: 0o644,
 *   uid: 0,
 *   gid: 0,
 *   sizeBytes: 2 ** 40,
 *   mtimeSeconds: 0,
 *   mtimeNanoseconds: 0,
 * });
 * assert.equal(bytes.length, 3 * 512);
 * ```
 */
export function tarHeader(header: ShardHeader): Uint8Array<ArrayBuffer> {
  const address = headerAt();
  const end = placeHeader(header, address, address + headerBytes(), 0);
  return wasmBytes.slice(address, end);
}

/** How many zeros follow a content of this size in a tar archive: 0 to 511. */
export function paddingBytes(sizeBytes: number): number {
  return (512 - sizeBytes % 512) % 512;
}
