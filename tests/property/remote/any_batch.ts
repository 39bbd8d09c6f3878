/** Batches as fast-check makes them up, as rows, and the columns that hold them. */
import fc from "fast-check";
import { ARENA_BYTES, Kind, type StatTable } from "../../../core/entry/mod.ts";
import {
  type Attributes,
  type BatchColumns,
  BatchFlag,
  type BatchHead,
  EntryState,
  newColumns,
} from "../../../core/remote/batch/mod.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What the wire carries of one stat row. */
export interface StatRow {
  mode: number;
  uid: number;
  gid: number;
  links: number;
  inode: readonly [low: number, high: number];
  device: readonly [major: number, minor: number];
  node: readonly [major: number, minor: number];
  size: number;
  blocks: number;
  seconds: number;
  nanoseconds: number;
}

/** One entry. */
export interface Row {
  name: Bytes;
  /** Of an entry that does not take part. */
  kind: number;
  /** Undefined: it does not take part. */
  stat: StatRow | undefined;
  target: Bytes | undefined;
  attributes: Attributes | undefined;
  hash: Bytes | undefined;
}

/** A whole batch. */
export interface Batch {
  head: BatchHead;
  rows: Row[];
  directory: StatRow | undefined;
  directoryAttributes: Attributes | undefined;
}

const KINDS = [1, 2, 4, 6, 8, 10, 12] as const;

/** Bytes without NUL, with one at the end. */
function nulEnded(bytes: Uint8Array, without: readonly number[] = [0]): Bytes {
  const ended = new Uint8Array(bytes.length + 1);
  bytes.forEach((byte, at) => ended[at] = without.includes(byte) ? 98 : byte);
  return ended;
}

const u32 = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2 ** 32 - 1 }));
const pair = fc.tuple(u32, u32);
const large = fc.oneof(
  fc.nat({ max: 20_000 }),
  fc.nat({ max: 2 ** 32 }),
  fc.maxSafeNat().map((value) => Math.max(0, value - 1)),
);
const seconds = fc.oneof(
  fc.integer({ min: 1_700_000_000, max: 1_700_000_300 }),
  fc.integer({ min: 1_600_000_000, max: 1_700_000_000 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
);

/** A name as a file system may hold it. */
export const anyName = fc.uint8Array({ minLength: 1, maxLength: 255 })
  .map((bytes) => nulEnded(bytes, [0, 46, 47]));

function anyStat(kinds: readonly number[], times: fc.Arbitrary<number>): fc.Arbitrary<StatRow> {
  return fc.record({
    mode: fc.tuple(fc.constantFrom(...kinds), fc.constantFrom(0o644, 0o755, 0o4755, 0))
      .map(([kind, permissions]) => kind << 12 | permissions),
    uid: u32,
    gid: u32,
    links: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 70_000 })),
    inode: pair,
    device: pair,
    node: pair,
    size: large,
    blocks: large,
    seconds: times,
    nanoseconds: fc.oneof(fc.constant(0), fc.nat({ max: 999_999_999 })),
  }, { noNullPrototype: true }).map((row) => {
    const kind = row.mode >>> 12;
    // What does not travel is as a decoder leaves it.
    if (kind === Kind.Directory) row.links = 1;
    if (row.links === 1) row.inode = row.device = [0, 0];
    if (kind !== Kind.CharacterDevice && kind !== Kind.BlockDevice) row.node = [0, 0];
    if (row.blocks % 2 === 0) row.blocks = Math.ceil(row.size / 4096) * 8;
    return row;
  }).filter((row) => row.blocks < Number.MAX_SAFE_INTEGER);
}

const anyAttributes: fc.Arbitrary<Attributes> = fc.array(
  fc.tuple(
    fc.uint8Array({ minLength: 1, maxLength: 255 }).map((bytes) => nulEnded(bytes)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
  ),
  { maxLength: 4 },
);

function anyRow(times: fc.Arbitrary<number>, hashed: boolean): fc.Arbitrary<Row> {
  return fc.record({
    name: anyName,
    kind: fc.constantFrom(0, ...KINDS),
    stat: fc.option(anyStat(KINDS, times), { nil: undefined, freq: 8 }),
    target: fc.uint8Array({ minLength: 1, maxLength: 400 }).map((bytes) => nulEnded(bytes)),
    attributes: fc.option(anyAttributes, { nil: undefined, freq: 1 }),
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Uint8Array.from(bytes)),
  }).map((row) => {
    const kind = (row.stat?.mode ?? 0) >>> 12;
    return {
      ...row,
      target: kind === Kind.Symlink ? row.target : undefined,
      attributes: row.stat === undefined ? undefined : row.attributes,
      hash: hashed ? kind === Kind.File ? row.hash : new Uint8Array(32) : undefined,
    };
  });
}

const anyHead: fc.Arbitrary<BatchHead> = fc.record({
  number: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  parent: fc.nat({ max: 2 ** 32 - 1 }),
  parentEntry: fc.nat({ max: 4095 }),
  source: fc.nat({ max: 65_535 }),
  flags: fc.nat({ max: 31 }),
  path: fc.array(anyName, { maxLength: 3 })
    .map((names) => names.flatMap((name) => [47, ...name.subarray(0, -1)]))
    .map((bytes) => Uint8Array.from([...bytes.slice(1), 0])),
}, { noNullPrototype: true }).map((head) => {
  return head.parent === head.number ? { ...head, parent: 0 } : head;
});

/** Any batch with at most `maxEntries` entries. */
export function anyBatch(maxEntries: number): fc.Arbitrary<Batch> {
  return fc.tuple(anyHead, fc.boolean(), fc.constantFrom("near", "far")).chain(
    ([head, hashed, span]) => {
      const times = span === "near" ? seconds : fc.maxSafeInteger();
      const first = (head.flags & BatchFlag.First) !== 0;
      return fc.record({
        head: fc.constant(head),
        rows: fc.array(anyRow(times, hashed), { maxLength: maxEntries }),
        directory: first ? anyStat([Kind.Directory], times) : fc.constant(undefined),
        directoryAttributes: first
          ? fc.option(anyAttributes, { nil: undefined })
          : fc.constant(undefined),
      });
    },
  );
}

/** The columns of a batch. */
export function columnsOf({ rows, directory, directoryAttributes }: Batch): BatchColumns {
  const columns = newColumns();
  if (directory !== undefined) putStat(columns.directory, 0, directory);
  columns.directoryAttributes = directoryAttributes;
  if (rows.some((row) => row.hash !== undefined)) {
    columns.hashes = new Uint8Array(4096 * 32);
  }
  let used = 0;
  for (const row of rows) {
    const { name, stat, target, attributes, hash } = row;
    used += (name.length + 26) & ~7;
    if (used > ARENA_BYTES) throw new Error("More names than a table holds");
    const index = columns.names.count;
    columns.names.add(name, stat === undefined ? row.kind : stat.mode >>> 12);
    columns.states[index] = stat === undefined ? EntryState.PresentOnly : EntryState.TakesPart;
    if (stat !== undefined) putStat(columns.stats, index, stat);
    columns.linkTargets[index] = target;
    columns.attributes[index] = attributes;
    if (hash !== undefined) columns.hashes?.set(hash, index * 32);
  }
  return columns;
}

function putStat(table: StatTable, index: number, row: StatRow): void {
  table.mode[index] = row.mode;
  table.uid[index] = row.uid;
  table.gid[index] = row.gid;
  table.links[index] = row.links;
  [table.inodeLow[index], table.inodeHigh[index]] = row.inode;
  [table.deviceMajor[index], table.deviceMinor[index]] = row.device;
  [table.nodeMajor[index], table.nodeMinor[index]] = row.node;
  table.size[index] = row.size;
  table.blocks[index] = row.blocks;
  table.mtimeSeconds[index] = row.seconds;
  table.mtimeNanoseconds[index] = row.nanoseconds;
}

function statOf(table: StatTable, index: number): StatRow {
  const at = (column: Uint32Array | Float64Array): number => column[index] ?? NaN;
  return {
    mode: at(table.mode),
    uid: at(table.uid),
    gid: at(table.gid),
    links: at(table.links),
    inode: [at(table.inodeLow), at(table.inodeHigh)],
    device: [at(table.deviceMajor), at(table.deviceMinor)],
    node: [at(table.nodeMajor), at(table.nodeMinor)],
    size: at(table.size),
    blocks: at(table.blocks),
    seconds: at(table.mtimeSeconds),
    nanoseconds: at(table.mtimeNanoseconds),
  };
}

/** What columns hold, as rows. */
export function batchIn(head: BatchHead, columns: BatchColumns): Batch {
  const { names, states, stats, hashes } = columns;
  const rows = Array.from({ length: names.count }, (_, index): Row => {
    const takesPart = states[index] === EntryState.TakesPart;
    const kind = names.kinds[index] ?? -1;
    return {
      name: nulEnded(names.copy(index)),
      kind,
      stat: takesPart ? statOf(stats, index) : undefined,
      target: columns.linkTargets[index],
      attributes: columns.attributes[index],
      hash: hashes?.slice(index * 32, index * 32 + 32),
    };
  });
  const first = (head.flags & BatchFlag.First) !== 0;
  return {
    head,
    rows,
    directory: first ? statOf(columns.directory, 0) : undefined,
    directoryAttributes: columns.directoryAttributes,
  };
}

/** A batch as it comes out of a decoder: entries that take part have the kind that stat told. */
export function asDecoded(batch: Batch): Batch {
  const rows = batch.rows.map((row) => ({
    ...row,
    kind: row.stat === undefined ? row.kind : row.stat.mode >>> 12,
  }));
  return { ...batch, rows };
}
