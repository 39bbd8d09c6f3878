import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Need } from "../plan/need.ts";
import { BEAT_MS } from "../movers/beat.ts";
import { isTemporary } from "../movers/temporary.ts";
import type { Place } from "./place.ts";

/** The clock is looked at once in so many stats and one. */
const LOOK_MASK = 15;

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
  const { sys, source, needs, filter } = context;
  const { filter: rules } = place;
  const limits = filter?.hasFileLimits ? filter : undefined;
  const now = context.job.nowSeconds;
  const mayHang = context.job.mayHang === true;
  const unread = place.fresh && limits === undefined && !context.job.dryRun;
  let scanned = 0;
  let index = from;
  for (; index < names.count; index++) {
    if ((index & LOOK_MASK) === LOOK_MASK && performance.now() - place.since > BEAT_MS) break;
    needs[index] = Need.None;
    if (unread && names.kinds[index] === Kind.File) {
      if (rules !== undefined && !accepts(place, names, index, Kind.File)) continue;
      if (isTemporary(names, index)) continue;
      needs[index] = Need.Unread;
      scanned++;
      continue;
    }
    // What a directory is like is asked of itself, by whoever goes into it.
    const kept = mayHang && names.kinds[index] === Kind.Directory;
    const result = sys.stat(place.source, names.at(index), source, index, kept);
    if (result < 0) {
      if (rules === undefined || accepts(place, names, index, names.kinds[index]!)) {
        context.fail("source", place.sourceIndex, place.path, names.copy(index), "read", result);
      }
      continue;
    }
    const kind = source.mode[index]! >>> 12; // rows and names have the same count
    names.kinds[index] = kind;
    if (rules !== undefined && !accepts(place, names, index, kind)) continue;
    if (
      limits !== undefined && kind === Kind.File &&
      !limits.acceptsFile(
        source.size[index]!,
        source.mtimeSeconds[index]! + source.mtimeNanoseconds[index]! / 1e9,
        now,
      )
    ) continue;
    if (isTemporary(names, index)) continue;
    needs[index] = Need.Create;
    scanned++;
    if (kind === Kind.File) context.count(Counter.BytesTotal, source.size[index]!);
  }
  context.count(Counter.Scanned, scanned);
  needs.fill(Need.Later, index, names.count);
  return index;
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
