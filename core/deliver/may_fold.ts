import { Kind } from "../entry/kind.ts";
import { LAST_WORD } from "../entry/name_hash.ts";
import type { NameTable } from "../entry/names.ts";
import { turnForm, turnWideCase } from "../entry/spelling.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { Need } from "../plan/need.ts";
import type { Place } from "../scan/mod.ts";
import type { Name } from "../sys/mod.ts";

const CASE_BIT = 0x20;
/** The bit that bytes of ASCII do not have, in each byte of a word. */
const BEYOND_ASCII = 0x80808080;

/** So many names are held against each other in less time than one stat takes. */
const FEW = 32;
const signs = new Uint32Array(FEW);

/** What is needed where something was found. */
const SEEMS_THERE: ReadonlySet<number> = new Set([
  Need.Same,
  Need.Replace,
  Need.Metadata,
  Need.Skip,
  Need.Verify,
  Need.Blocked,
  Need.Evict,
]);

/** Whether names are all that the sources have for a directory, and no two have one fold. */
export function areApart(context: MoverContext, place: Place, targets: NameTable): boolean {
  const { bytes, offsets, lengths, count } = targets;
  if (count > FEW || !place.isListed || context.job.sources.length > 1) return false;
  for (let index = 0; index < count; index++) {
    const start = offsets[index]!; // in the table, as its length
    const end = start + lengths[index]!;
    let sign = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) return false;
      sign = Math.imul(sign, 31) + (byte | CASE_BIT);
    }
    signs[index] = sign;
    for (let other = 0; other < index; other++) if (signs[other] === signs[index]) return false;
  }
  return true;
}

/**
 * Whether the directory may take one name for another: a name is there by a spelling it has not.
 * Names that are asked for and are not there are noted in `needs`, see {@linkcode isThereNow}.
 * Hot path; guarded by the no-op scenario of `deno task bench`.
 */
export function mayFold(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  first: number,
  needs: Uint8Array,
): boolean {
  return mayFoldCase(context, place, targets, first, needs) ||
    mayFoldWide(context, place, targets, first, needs);
}

function mayFoldCase(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  first: number,
  needs: Uint8Array,
): boolean {
  const { sys, own } = context;
  const { bytes, offsets, lengths, count } = targets;
  for (let index = first; index < count; index++) {
    const at = letterAt(bytes, offsets[index]!, lengths[index]!); // in the table
    if (at < 0) continue;
    // That the other spelling is not there says nothing where this one was not just before.
    if (!isThereNow(context, place, targets, index, needs)) continue;
    // Turned where it stands, and back: nothing is allocated.
    const letter = bytes[at]!;
    bytes[at] = letter ^ CASE_BIT;
    const turned = sys.stat(place.destination, targets.at(index), own, Own.Other);
    bytes[at] = letter;
    return turned >= 0;
  }
  return false;
}

/** Where the last ASCII letter of a name is; -1 without one. See `turnCase`. */
function letterAt(bytes: Uint8Array, start: number, length: number): number {
  for (let at = start + length - 1; at >= start; at--) {
    const small = bytes[at]! | CASE_BIT; // inside the arena
    if (small >= 0x61 && small <= 0x7a) return at;
  }
  return -1;
}

function mayFoldWide(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  first: number,
  needs: Uint8Array,
): boolean {
  const { count } = targets;
  for (let index = first; index < count; index++) {
    if (!isWide(targets, index)) continue;
    const name = targets.at(index);
    const turned = [turnForm(name), turnWideCase(name)].filter((one) => one !== undefined);
    if (turned.length === 0 || !isThereNow(context, place, targets, index, needs)) continue;
    return turned.some((one) => inodeAt(context, place, one) !== undefined);
  }
  return false;
}

/** Whether a name has letters beyond ASCII; word by word, see `nameHash`. */
function isWide({ bytes, words, offsets, lengths }: NameTable, index: number): boolean {
  const start = offsets[index]!; // in the table
  const rest = lengths[index]! - 1;
  let word = (start + 1) >> 2;
  let seen = bytes[start]!;
  for (const end = word + (rest >> 2); word < end; word++) seen |= words[word]!;
  return ((seen | words[word]! & LAST_WORD[rest & 3]!) & BEYOND_ASCII) !== 0;
}

/** Which inode a name of the destination is; undefined where there is none. */
export function inodeAt({ sys, own }: MoverContext, place: Place, name: Name): string | undefined {
  if (sys.statNow(place.destination, name, own, Own.Other) < 0) return undefined;
  return `${own.inodeHigh[Own.Other]} ${own.inodeLow[Own.Other]}`;
}

/**
 * Whether a name is there at this moment. What seemed to be there when it was compared and is not
 * (see `Sys.statNow`) becomes in `needs` what is to be created: that replaces nothing, so what
 * another spelling of it brings meanwhile is safe.
 */
export function isThereNow(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  index: number,
  needs: Uint8Array,
): boolean {
  const { sys, own } = context;
  if (needs[index] === Need.Later) return false; // nobody has looked
  if (mayHang(context, place, targets, index)) return true;
  const result = sys.statNow(place.destination, targets.at(index), own, Own.Other);
  if (result >= 0) return true;
  // What has become of another kind is not found by FUSE (EIO).
  if (SEEMS_THERE.has(needs[index]!)) needs[index] = Need.Create; // in the batch
  return false;
}

/** Whether what was found is the root of a mount, which may hang: `statAll` has not asked it. */
function mayHang(
  { sys, own, job, results, destination }: MoverContext,
  place: Place,
  targets: NameTable,
  index: number,
): boolean {
  if (job.mayHang !== true || targets.kinds[index] !== Kind.Directory) return false;
  if (results[index]! < 0) return false; // in the batch: one name alone has no kind
  const statted = sys.statHandle(place.destination, own, Own.Other);
  return statted === 0 && own.device(Own.Other) !== destination.device(index);
}
