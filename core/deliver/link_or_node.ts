import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { joinPath } from "../entry/path.ts";
import type { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "../movers/context.ts";
import { temporaryName } from "../movers/temporary.ts";
import { Difference } from "../plan/mod.ts";
import type { Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import type { Name, Result } from "../sys/mod.ts";
import { isSpelledOtherwise } from "./folded_names.ts";
import { updateName } from "./metadata.ts";
import { destinationFault, type Fault, sourceFault } from "./outcome.ts";
import { takePlace } from "./small_file.ts";

/**
 * Makes a symbolic link, fifo, socket or device node like the source's, whole before it is seen
 * where it replaces something. Row `index` of `table` is that of entry `index` of the batch.
 */
export function makeLinkOrNode(
  context: MoverContext,
  place: Place,
  name: Name,
  target: Name,
  table: StatTable,
  index: number,
  replaces: boolean,
): Fault | undefined {
  const { sys } = context;
  const made = replaces ? temporaryName(context) : target;
  const result = make(context, place, name, made, table, index);
  if (result === -Errno.EEXIST && made === target) {
    if (isSpelledOtherwise(context, place, target)) return destinationFault("create", "NAME_TAKEN");
    // Something has come to be there since: then it is replaced.
    return makeLinkOrNode(context, place, name, target, table, index, true);
  }
  if (typeof result !== "number") return result;
  if (result < 0) return destinationFault("create", result);
  place.touched = true;
  const isOwned = table.uid[index] === place.uid && table.gid[index] === place.gid;
  const owner = isOwned ? 0 : Difference.Owner;
  const rest = owner | Difference.Mode | Difference.Time;
  const late = updateName(context, place, name, made, table, index, rest);
  const fault = made === target ? undefined : takePlace(context, place, made, target, replaces);
  if (fault) sys.unlink(place.destination, made);
  return fault ?? late;
}

function make(
  context: MoverContext,
  place: Place,
  name: Name,
  made: Name,
  table: StatTable,
  index: number,
): Result | Fault {
  const { sys } = context;
  if (table.kind(index) === Kind.Symlink) {
    const link = readOriginLink(context, place, name, index);
    if (typeof link === "number") return sourceFault("read", link);
    return sys.symlink(link, place.destination, made);
  }
  const mode = table.mode[index]!; // a row that the caller filled
  const [major, minor] = [table.nodeMajor[index]!, table.nodeMinor[index]!];
  return sys.makeNode(place.destination, made, mode, major, minor);
}

/** The target of the source's link, NUL-terminated, or a negated errno. */
function readOriginLink(
  context: MoverContext,
  place: Place,
  name: Name,
  index: number,
): Name | Result {
  if (place.origin !== undefined) return place.origin.linkTarget(index);
  const link = context.sys.readLink(place.source, name);
  return typeof link === "number" ? link : joinPath(link, EMPTY);
}

/** Whether two symbolic links point to the same path: 1, 0, or a negated errno. */
export function sameLink(
  context: MoverContext,
  place: Place,
  name: Name,
  target: Name,
  index: number,
): Result {
  const one = readOriginLink(context, place, name, index);
  if (typeof one === "number") return one;
  const other = context.sys.readLink(place.destination, target);
  if (typeof other === "number") return other;
  const { length } = other;
  if (one.length !== length + 1) return 0;
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return 0;
  return 1;
}

const EMPTY = nameOf("");
