import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { BATCH_ENTRIES, Kind, nameOf } from "../../../core/entry/mod.ts";
import {
  type Attributes,
  attributesFit,
  BATCH_BYTES,
  type BatchColumns,
  batchFits,
  BatchFlag,
  type BatchHead,
  decodeBatch,
  decodeRanges,
  encodeBatch,
  encodeRanges,
  EntryState,
  newColumns,
  peekBatch,
  TARGET_BYTES,
} from "../../../core/remote/batch/mod.ts";

function headOf(changes: Partial<BatchHead> = {}): BatchHead {
  return {
    number: 5,
    parent: 0,
    parentEntry: 0,
    source: 0,
    flags: BatchFlag.Last,
    path: nameOf("a/b"),
    ...changes,
  };
}

/** Columns with entries that take part, of these modes, named 0, 1, 2, ... */
function columnsOf(...modes: number[]): BatchColumns {
  const columns = newColumns();
  modes.forEach((mode, index) => {
    columns.names.add(nameOf(`${index}`), mode >>> 12);
    columns.states[index] = EntryState.TakesPart;
    columns.stats.mode[index] = mode;
    if (mode >>> 12 === Kind.Symlink) columns.linkTargets[index] = nameOf("target");
  });
  return columns;
}

const FILE = 0o100644;

Deno.test("the bytes of a batch are those of docs/protocol/batches.md", () => {
  const columns = columnsOf(FILE, FILE, 0o120777);
  columns.stats.size.set([5, 200, 6]);
  columns.stats.blocks.set([8, 0, 0]);
  columns.stats.uid.set([0, 1000, 1000]);
  columns.stats.mtimeSeconds.set([-2, 300, -2]);
  columns.states[1] = EntryState.PresentOnly;
  const bytes = encodeBatch(
    headOf({ number: 0x0102, parent: 3, parentEntry: 4, source: 9 }),
    columns,
  );
  // deno-fmt-ignore
  assert.deepEqual([...bytes], [
    1, 2, 0, 0, /* number */ 2, 1, 0, 0, /* parent */ 3, 0, 0, 0, /* entry, source */ 4, 0, 9, 0,
    /* counts */ 3, 0, 2, 0, 0, 0, 0, 0, /* path */ 3, 0, 97, 47, 98,
    /* states: entries 0 and 2; entry 1 is a file */ 0b101, 8,
    /* names */ 1, 1, 1, 48, 49, 50,
    /* modes */ 1, 0, 0xa4, 0x81, 1, 0, 0xff, 0xa1,
    /* uid */ 1, 0, 0, 0, 0, 0, 1, 0, 0xe8, 3, 0, 0, /* gid */ 2, 0, 0, 0, 0, 0,
    /* sizes */ 5, 6, /* blocks: as expected; none, where 8 were */ 0, 1,
    /* seconds: all -2 */ 0, 0, 0, 0, 0, 0, 0, 0, 0xc0, /* nanoseconds: none */ 0,
    /* target */ 6, 0, 116, 97, 114, 103, 101, 116,
  ]);
});

Deno.test("a full batch with the longest numbers is below 1 MiB", () => {
  const columns = newColumns();
  for (let index = 0; index < BATCH_ENTRIES; index++) {
    if (!columns.names.add(nameOf(index.toString(16)), Kind.CharacterDevice)) break;
    columns.states[index] = EntryState.TakesPart;
    columns.stats.mode[index] = 0o20600 + (index & 1);
    columns.stats.uid[index] = columns.stats.gid[index] = 2 ** 31 + index;
    columns.stats.links[index] = 2 ** 32 - 1;
    columns.stats.size[index] = Number.MAX_SAFE_INTEGER;
    columns.stats.blocks[index] = Number.MAX_SAFE_INTEGER - 1;
    columns.stats.mtimeSeconds[index] = index & 1 ? Number.MAX_SAFE_INTEGER : -9;
    columns.stats.mtimeNanoseconds[index] = 999_999_999;
  }
  assert.equal(columns.names.count, BATCH_ENTRIES);
  const head = headOf({ path: new Uint8Array(65_535).map((_, at) => at % 200 === 199 ? 47 : 97) });
  assert.equal(batchFits(head, columns), BATCH_ENTRIES);
  const decoded = newColumns();
  decodeBatch(encodeBatch(head, columns), decoded);
  assert.deepEqual(decoded.stats, columns.stats);
});

Deno.test("long link targets are spread over batches", () => {
  const columns = columnsOf(...Array.from({ length: 600 }, () => 0o120777));
  for (let index = 0; index < 600; index++) {
    columns.linkTargets[index] = new Uint8Array(TARGET_BYTES).fill(97);
  }
  const to = batchFits(headOf(), columns);
  assert.ok(to > 200 && to < 260, `${to}`);
  assert.ok(encodeBatch(headOf(), columns, 0, to).length <= BATCH_BYTES);
  assert.throws(() => encodeBatch(headOf(), columns), { code: "batch-large" });
});

Deno.test("attributes that are too large are known before anything is encoded", () => {
  const value = new Uint8Array(65_536);
  const many = (count: number): Attributes =>
    Array.from({ length: count }, (_, index) => [nameOf(`user.${index}`), value]);
  assert.ok(attributesFit(many(7)));
  assert.ok(!attributesFit(many(8)));
  assert.ok(!attributesFit([[nameOf("user.x"), new Uint8Array(65_537)]]));
  assert.ok(!attributesFit([[nameOf(""), value]]));
  assert.ok(!attributesFit([[nameOf("x".repeat(256)), value]]));
  const columns = columnsOf(FILE);
  columns.attributes[0] = many(8);
  assert.throws(() => encodeBatch(headOf(), columns), { code: "batch-attributes" });
});

Deno.test("no attributes and unknown attributes are not the same", () => {
  const columns = columnsOf(FILE, FILE, FILE);
  columns.attributes[1] = [];
  columns.attributes[2] = [[nameOf("user.a"), new Uint8Array([0, 1])]];
  const decoded = newColumns();
  decodeBatch(encodeBatch(headOf(), columns), decoded);
  assert.deepEqual(decoded.attributes.slice(0, 3), columns.attributes.slice(0, 3));
});

Deno.test("an encoder refuses what no decoder would take", () => {
  const encode = (head: Partial<BatchHead>, columns: BatchColumns = columnsOf(FILE)) => () =>
    encodeBatch(headOf(head), columns);
  assert.throws(encode({ number: 0 }), { code: "batch-head" });
  assert.throws(encode({ parent: 5 }), { code: "batch-head" });
  assert.throws(encode({ parentEntry: 4096 }), { code: "batch-head" });
  assert.throws(encode({ flags: 32 }), { code: "batch-head" });
  assert.throws(encode({ path: new Uint8Array(65_536).fill(97) }), { code: "batch-head" });
  assert.throws(encode({ flags: BatchFlag.First }), { code: "batch-directory" });
  assert.throws(encode({}, columnsOf(0o644)), { code: "batch-kind" });
  const link = columnsOf(0o120777);
  link.linkTargets[0] = undefined;
  assert.throws(encode({}, link), { code: "batch-target" });
  const file = columnsOf(FILE);
  file.stats.size[0] = 2 ** 60;
  assert.throws(encode({}, file), { code: "batch-number" });
});

Deno.test("nanoseconds of a damaged file system are cut to a second", () => {
  const columns = columnsOf(FILE);
  columns.stats.mtimeNanoseconds[0] = 1_073_741_823;
  const decoded = newColumns();
  decodeBatch(encodeBatch(headOf(), columns), decoded);
  assert.equal(decoded.stats.mtimeNanoseconds[0], 999_999_999);
});

/** An encoded batch with one file "0", in which bytes are replaced. */
function spoiled(at: number, ...bytes: number[]): () => void {
  const batch = encodeBatch(headOf(), columnsOf(FILE));
  batch.set(bytes, at);
  return () => decodeBatch(batch, newColumns());
}

Deno.test("a decoder refuses a wrong head, and so does a peek", () => {
  const wrong: [number, number, string][] = [
    [0, 2, "batch-format"],
    [1, 32, "batch-head"],
    [2, 4, "batch-head"],
    [3, 1, "batch-head"],
    [4, 0, "batch-head"],
    [8, 5, "batch-head"],
    [13, 16, "batch-head"],
    [17, 17, "batch-count"],
    [18, 2, "batch-count"],
    [20, 2, "batch-count"],
  ];
  for (const [at, byte, code] of wrong) assert.throws(spoiled(at, byte), { code });
  const batch = encodeBatch(headOf(), columnsOf(FILE));
  batch[0] = 2;
  assert.throws(() => peekBatch(batch), { code: "batch-format" });
  assert.throws(() => peekBatch(new Uint8Array(BATCH_BYTES + 1)), { code: "batch-large" });
  assert.throws(() => peekBatch(new Uint8Array(0)), { code: "batch-short" });
});

Deno.test("a decoder refuses paths that leave the root or are not canonical", () => {
  const long = "x".repeat(256);
  for (const path of ["/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", long]) {
    const bytes = encodeBatch(headOf({ path: nameOf(path) }), newColumns());
    assert.throws(() => decodeBatch(bytes, newColumns()), { code: "batch-path" }, path);
    assert.throws(() => peekBatch(bytes), { code: "batch-path" }, path);
  }
  for (const path of ["", "a", "a/b", "...", ".a/..b", "x".repeat(255)]) {
    const { path: found } = peekBatch(encodeBatch(headOf({ path: nameOf(path) }), newColumns()));
    assert.deepEqual(found, nameOf(path));
  }
  assert.throws(spoiled(27, 0), { code: "batch-nul" });
});

Deno.test("a decoder refuses names that are no names", () => {
  for (const name of ["/", "a/b", ".", "..", ""]) {
    const columns = columnsOf(FILE, FILE);
    columns.names.clear();
    columns.names.add(nameOf("good"), Kind.File);
    columns.names.add(nameOf(name), Kind.File);
    const bytes = encodeBatch(headOf(), columns);
    assert.throws(() => decodeBatch(bytes, newColumns()), { code: "batch-name" }, name);
  }
  assert.throws(spoiled(30, 0), { code: "batch-name" });
});

Deno.test("a decoder refuses more name bytes than a table holds", () => {
  const columns = newColumns();
  const name = new Uint8Array(255).fill(97);
  while (columns.names.add(name, Kind.File));
  const bytes = encodeBatch(headOf(), columns);
  const entries = columns.names.count;
  // One more entry, with the bits and the kind that say it does not take part.
  const bits = Math.ceil(entries / 8);
  const more = Math.ceil((entries + 1) / 8);
  const grown = [
    ...bytes.subarray(0, 29),
    ...new Uint8Array(more),
    ...new Uint8Array(entries + 1).fill(Kind.File),
    ...new Uint8Array(entries + 1).fill(255),
    ...bytes.subarray(29 + bits + entries * 2),
    ...name,
  ];
  grown[16] = (entries + 1) & 255;
  grown[17] = (entries + 1) >>> 8;
  assert.throws(() => decodeBatch(Uint8Array.from(grown), newColumns()), { code: "batch-name" });
});

Deno.test("a decoder refuses columns that lie", () => {
  // After 29 bytes of head: name 2, mode run 4, uid run 6, gid run 6, size, blocks, time.
  assert.throws(spoiled(31, 2), { code: "batch-run" });
  assert.throws(spoiled(31, 0), { code: "batch-run" });
  assert.throws(spoiled(34, 0x31), { code: "batch-kind" });
  assert.throws(spoiled(34, 0x41), { code: "batch-count" });
  assert.throws(spoiled(35, 2), { code: "batch-run" });
  assert.throws(spoiled(47, 0x80, 0), { code: "batch-number" });
  assert.throws(spoiled(49, 5), { code: "batch-time" });
  assert.throws(spoiled(50, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f), { code: "batch-number" });
  assert.throws(spoiled(58, 1), { code: "batch-time" });
  const nanoseconds = columnsOf(FILE);
  nanoseconds.stats.mtimeNanoseconds[0] = 1;
  const bytes = encodeBatch(headOf(), nanoseconds);
  bytes.set([0, 0xca, 0x9a, 0x3b], 59);
  assert.throws(() => decodeBatch(bytes, newColumns()), { code: "batch-time" });
  const linked = columnsOf(FILE);
  linked.stats.links[0] = 2;
  for (const [at, byte] of [[47, 1], [48, 0xff], [49, 1]] as const) {
    const batch = encodeBatch(headOf(), linked);
    batch[at] = byte;
    assert.throws(() => decodeBatch(batch, newColumns()), { code: "batch-links" });
  }
});

Deno.test("times at the end of what a double holds are taken, and none beyond", () => {
  const columns = columnsOf(FILE, FILE);
  columns.stats.mtimeSeconds.set([Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER]);
  const bytes = encodeBatch(headOf(), columns);
  const decoded = newColumns();
  decodeBatch(bytes, decoded);
  assert.deepEqual(decoded.stats.mtimeSeconds, columns.stats.mtimeSeconds);
  const last = bytes.lastIndexOf(1);
  bytes[last] = 2;
  assert.throws(() => decodeBatch(bytes, decoded), { code: "batch-number" });
});

Deno.test("sizes beyond what a double holds are refused", () => {
  const columns = columnsOf(FILE);
  columns.stats.size[0] = Number.MAX_SAFE_INTEGER;
  const bytes = encodeBatch(headOf(), columns);
  assert.deepEqual([...bytes.subarray(47, 55)], [255, 255, 255, 255, 255, 255, 255, 15]);
  bytes[54] = 16;
  assert.throws(() => decodeBatch(bytes, newColumns()), { code: "batch-number" });
});

Deno.test("link targets lie behind one another and hold no NUL", () => {
  const columns = columnsOf(0o120777, FILE, 0o120777, 0o120777);
  const targets = [nameOf("../a"), undefined, nameOf("b".repeat(TARGET_BYTES)), nameOf("c")];
  targets.forEach((target, index) => columns.linkTargets[index] = target);
  const decoded = newColumns();
  const bytes = encodeBatch(headOf(), columns);
  decodeBatch(bytes, decoded);
  assert.deepEqual(decoded.linkTargets.slice(0, 4), targets);
  const last = bytes.lastIndexOf("c".charCodeAt(0));
  bytes[last] = 0;
  assert.throws(() => decodeBatch(bytes, newColumns()), { code: "batch-nul" });
});

Deno.test("what was decoded does not change with the bytes it came from", () => {
  const columns = columnsOf(0o120777);
  columns.attributes[0] = [[nameOf("user.a"), new Uint8Array([7])]];
  // A Buffer's slice is a view, where a Uint8Array's is a copy.
  const bytes = Buffer.from(encodeBatch(headOf(), columns));
  const decoded = newColumns();
  const head = decodeBatch(bytes, decoded);
  bytes.fill(0xff);
  assert.deepEqual(head.path, nameOf("a/b"));
  assert.deepEqual(decoded.linkTargets[0], nameOf("target"));
  assert.deepEqual(decoded.attributes[0], columns.attributes[0]);
});

Deno.test("ranges are refused when they do not ascend, overlap or go too far", () => {
  assert.deepEqual([...encodeRanges([0, 1, 2, 4000, 4095], 4)], [0, 2, 0x9d, 0x1f, 0]);
  assert.throws(() => encodeRanges([1, 1]), RangeError);
  assert.throws(() => encodeRanges([2, 1]), RangeError);
  assert.throws(() => encodeRanges([4096]), RangeError);
  assert.throws(() => decodeRanges(new Uint8Array([0, 0, 0, 0]), 9), { code: "ranges-order" });
  assert.throws(() => decodeRanges(new Uint8Array([5, 3]), 8), { code: "ranges-limit" });
  assert.throws(() => decodeRanges(new Uint8Array([5]), 8), { code: "ranges-short" });
  assert.throws(() => decodeRanges(new Uint8Array([0x85, 0, 1]), 8), { code: "ranges-number" });
  assert.equal(decodeRanges(new Uint8Array(), 0).length, 0);
  const huge = new Uint8Array([0, 255, 255, 255, 255, 255, 255, 255, 15]);
  assert.throws(() => decodeRanges(huge, 2 ** 40), { code: "ranges-limit" });
});
