import type { RecordData, ResourceRecord } from "./message.ts";
import { nameKey } from "./name.ts";
import { dataBytes } from "./write.ts";

/** A key by which records of the same name, type and content are the same. */
export function recordKey({ name, type, data }: Pick<ResourceRecord, "name" | "type" | "data">) {
  return `${nameKey(name)}\0${type}\0${dataBytes(data).toHex()}`;
}

/** Whether two records say the same, byte for byte. */
export function sameData(one: RecordData, other: RecordData): boolean {
  return compareBytes(dataBytes(one), dataBytes(other)) === 0;
}

/**
 * Which of two sets of records for one name comes later, by type and bytes (RFC 6762, 8.2.1):
 * above 0 for the first, below for the second, 0 for the same. The later one keeps the name.
 */
export function compareSets(
  ours: readonly ResourceRecord[],
  theirs: readonly ResourceRecord[],
): number {
  const [first, second] = [ours, theirs].map((set) =>
    set.map(({ type, data }) => ({ type, bytes: dataBytes(data) })).sort(compareEntries)
  );
  const [a, b] = [first ?? [], second ?? []];
  for (const [index, entry] of a.entries()) {
    const other = b[index];
    const order = other === undefined ? 1 : compareEntries(entry, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

interface Entry {
  readonly type: number;
  readonly bytes: Uint8Array;
}

function compareEntries(one: Entry, other: Entry): number {
  return one.type - other.type || compareBytes(one.bytes, other.bytes);
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const order = (one[at] ?? 0) - (other[at] ?? 0);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}
