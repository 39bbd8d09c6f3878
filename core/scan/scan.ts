import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Need } from "../plan/need.ts";
import { BEAT_MS } from "../movers/beat.ts";
import { isTemporary } from "../movers/temporary.ts";
import type { Place } from "./place.ts";

/** The clock is looked at before each so many entries but the first. */
const BLOCK = 16;

/**
 * Stats the named entries of a source directory into the context's `source` table. Entries that
 * the filters leave out, or that cannot be statted, get `Need.None`; the rest `Need.Create`. What
 * the listing calls a regular file and cannot be at the destination yet is not statted: it gets
 * `Need.Unread`, for it will be opened anyway.
 * Gives the entry that it has come to, which is not the last where stats are slow and the batch may
 * be cut; those behind it get `Need.Later`. A later call may go on from there.
 * Hot path; guarded by the no-op scenario of `deno task bench`.
 */
export function scanBatch(
  context: MoverContext,
  place: Place,
  names: NameTable,
  from = 0,
): number {
  const { needs, filter, job } = context;
  const unread = place.fresh && filter?.hasFileLimits !== true && !job.dryRun;
  let index = from;
  while (index < names.count) {
    if (index > from && performance.now() - place.since > BEAT_MS) break;
    const end = Math.min(index + BLOCK, names.count);
    if (unread) leaveUnread(context, place, names, index, end);
    else look(context, place, names, index, end);
    index = end;
  }
  needs.fill(Need.Later, index, names.count);
  return index;
}

/** Notes what the listing calls regular files, and stats what it does not. */
function leaveUnread(
  context: MoverContext,
  place: Place,
  names: NameTable,
  from: number,
  to: number,
): void {
  const { needs } = context;
  let scanned = 0;
  for (let index = from; index < to; index++) {
    if (names.kinds[index] !== Kind.File) {
      look(context, place, names, index, index + 1);
      continue;
    }
    needs[index] = Need.None;
    if (!accepts(place, names, index, Kind.File) || isTemporary(names, index)) continue;
    needs[index] = Need.Unread;
    scanned++;
  }
  context.count(Counter.Scanned, scanned);
}

/** Stats entries, and notes which of them take part. */
function look(
  context: MoverContext,
  place: Place,
  names: NameTable,
  from: number,
  to: number,
): void {
  const { sys, source, needs, results, job } = context;
  // What a directory is like is asked of itself, by whoever goes into it.
  const kinds = job.mayHang === true ? names.kinds : undefined;
  sys.statAll(place.source, names, from, to, source, results, kinds);
  let scanned = 0;
  let bytes = 0;
  for (let index = from; index < to; index++) {
    needs[index] = Need.None;
    if (results[index]! < 0) { // as long as the table
      fail(context, place, names, index);
      continue;
    }
    const kind = source.mode[index]! >>> 12; // as above
    names.kinds[index] = kind;
    if (!passes(context, place, names, index, kind) || isTemporary(names, index)) continue;
    needs[index] = Need.Create;
    scanned++;
    if (kind === Kind.File) bytes += source.size[index]!;
  }
  context.count(Counter.Scanned, scanned);
  context.count(Counter.BytesTotal, bytes);
}

/** Records that an entry cannot be statted, if it would take part. */
function fail(context: MoverContext, place: Place, names: NameTable, index: number): void {
  // In the table, as its result.
  if (!accepts(place, names, index, names.kinds[index]!)) return;
  const { sourceIndex, path } = place;
  const result = context.results[index]!;
  context.fail("source", sourceIndex, path, names.copy(index), "read", result);
}

/** Whether the filters let an entry take part, of which stat has told. */
function passes(
  { source, filter, job }: MoverContext,
  place: Place,
  names: NameTable,
  index: number,
  kind: number,
): boolean {
  if (!accepts(place, names, index, kind)) return false;
  if (filter?.hasFileLimits !== true || kind !== Kind.File) return true;
  const seconds = source.mtimeSeconds[index]! + source.mtimeNanoseconds[index]! / 1e9; // in the table
  return filter.acceptsFile(source.size[index]!, seconds, job.nowSeconds);
}

/** Whether the rules let an entry take part. */
export function accepts(place: Place, names: NameTable, index: number, kind: number): boolean {
  return place.filter === undefined || place.filter.accepts(
    names.bytes,
    names.offsets[index]!,
    names.lengths[index]!,
    kind === Kind.Directory,
  );
}
