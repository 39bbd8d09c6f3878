import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { Place } from "../scan/place.ts";
import { type Fault, sourceFault } from "./outcome.ts";
import { placeSmallFile, SMALL_BYTES } from "./small_file.ts";

/** What became of an entry that the scan left unread. */
export type Unread =
  /** Copied, with or without a fault. */
  | { readonly state: "done"; readonly fault: Fault | undefined }
  /** Its row is filled now: deliver it like any entry. */
  | { readonly state: "ordinary" };

const ORDINARY: Unread = { state: "ordinary" };
const COPIED: Unread = { state: "done", fault: undefined };

/**
 * Opens an entry that the listing calls a regular file and that the destination cannot have, and
 * stats it through its handle, which costs half of a stat by name. A small file with one link is
 * copied at once; anything else is left to the ordinary way. With `mayBeLinked`, as files beside one
 * with several names are, it is stat'ed by its name first: then one with several names need not be
 * opened.
 * Hot path; guarded by the small-files scenario of `deno task bench`.
 */
export function deliverUnread(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
  mayBeLinked: boolean,
): Unread {
  const { sys, source } = context;
  if (mayBeLinked && isLinked(context, place, names, index)) return ORDINARY;
  const file = sys.openRead(place.source, names.at(index));
  if (file < 0) {
    // It may have become something else since it was listed.
    const result = sys.stat(place.source, names.at(index), source, index);
    if (result < 0) return { state: "done", fault: sourceFault("read", result) };
    return ORDINARY;
  }
  const result = sys.statHandle(file, source, index);
  const size = source.size[index]!; // filled by the stat, if that went well
  const ordinary = result < 0 || source.kind(index) !== Kind.File || source.links[index]! > 1 ||
    size > SMALL_BYTES || source.blocks[index]! * 512 < size;
  if (result >= 0 && source.kind(index) === Kind.File) context.count(Counter.BytesTotal, size);
  let outcome = ORDINARY;
  if (!ordinary) {
    const fault = placeSmallFile(
      context,
      place,
      file,
      file,
      targets.at(index),
      source,
      index,
      false,
    );
    outcome = fault === undefined ? COPIED : { state: "done", fault };
  }
  sys.close(file);
  if (result < 0) return { state: "done", fault: sourceFault("read", result) };
  return outcome;
}

/** Whether an entry is a file with several names. */
function isLinked(
  context: MoverContext,
  place: Place,
  names: NameTable,
  index: number,
): boolean {
  const { sys, source } = context;
  if (sys.stat(place.source, names.at(index), source, index) < 0) return false; // told when opened
  if (source.kind(index) !== Kind.File || source.links[index]! <= 1) return false; // just filled
  context.count(Counter.BytesTotal, source.size[index]!);
  return true;
}
