/** Encoding and decoding directory batches: `deno bench -A bench/batch_bench.ts`. */
import { Kind } from "../core/entry/mod.ts";
import {
  BatchFlag,
  type BatchHead,
  decodeBatch,
  decodeRanges,
  encodeBatch,
  encodeRanges,
  EntryState,
  newColumns,
  peekBatch,
} from "../core/remote/batch/mod.ts";

const encoder = new TextEncoder();
const head: BatchHead = {
  number: 7,
  parent: 3,
  parentEntry: 12,
  source: 0,
  flags: BatchFlag.First | BatchFlag.Last,
  path: encoder.encode("projects/blit/core/some/directory\0"),
};

const columns = newColumns();
columns.directory.mode[0] = 0o40755;
const { stats } = columns;
for (let index = 0; index < 3000; index++) {
  if (!columns.names.add(encoder.encode(`file-${index}.txt`), Kind.File)) break;
  columns.states[index] = EntryState.TakesPart;
  stats.mode[index] = index % 10 === 0 ? 0o100755 : 0o100644;
  stats.uid[index] = stats.gid[index] = 1000;
  stats.links[index] = 1;
  stats.size[index] = index * index * 31 % 3_000_000;
  stats.blocks[index] = Math.ceil(stats.size[index]! / 4096) * 8; // it was set in the line before
  stats.mtimeSeconds[index] = 1_700_000_000 + index * 997 % 1_000_000;
  stats.mtimeNanoseconds[index] = index * 104_729 % 1_000_000_000;
}

const decoded = newColumns();
for (const entries of [columns.names.count, 100, 10]) {
  const bytes = encodeBatch(head, columns, 0, entries);
  const size = (bytes.length / entries).toFixed(1);
  const rounds = Math.ceil(columns.names.count / entries);
  const group = `${(rounds * entries).toLocaleString("en")} entries, ${entries} a batch`;
  Deno.bench(`encode (${size} bytes an entry)`, { group }, () => {
    for (let round = 0; round < rounds; round++) encodeBatch(head, columns, 0, entries);
  });
  Deno.bench("decode", { group }, () => {
    for (let round = 0; round < rounds; round++) decodeBatch(bytes, decoded);
  });
  Deno.bench("peek", { group }, () => {
    for (let round = 0; round < rounds; round++) peekBatch(bytes);
  });
}

const some = Uint16Array.from({ length: 1000 }, (_, index) => index + (index >> 3));
const ranges = encodeRanges(some);
Deno.bench("encode 1,000 needs in ranges of 8", { group: "needs" }, () => void encodeRanges(some));
Deno.bench("decode 1,000 needs", { group: "needs" }, () => void decodeRanges(ranges, 4096));
