import type { NameTable } from "../entry/names.ts";
import { turnForm, turnWideCase } from "../entry/spelling.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import type { Place } from "../scan/mod.ts";
import type { Name } from "../sys/mod.ts";

const CASE_BIT = 0x20;

/** So many names are held against each other in less time than one stat takes. */
const FEW = 32;
const signs = new Uint32Array(FEW);

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
 * Hot path; guarded by the no-op scenario of `deno task bench`.
 */
export function mayFold(
  context: MoverContext,
  place: Place,
  targets: NameTable,
  first: number,
): boolean {
  return mayFoldCase(context, place, targets, first) ||
    mayFoldWide(context, place, targets, first);
}

function mayFoldCase(
  { sys, own }: MoverContext,
  { destination }: Place,
  targets: NameTable,
  first: number,
): boolean {
  const { bytes, offsets, lengths, count } = targets;
  for (let index = first; index < count; index++) {
    const at = letterAt(bytes, offsets[index]!, lengths[index]!); // in the table
    if (at < 0) continue;
    // Turned where it stands, and back: nothing is allocated.
    const letter = bytes[at]!;
    bytes[at] = letter ^ CASE_BIT;
    const turned = sys.stat(destination, targets.at(index), own, Own.Other);
    bytes[at] = letter;
    if (turned >= 0) return true;
    // That the other spelling is not there says nothing where neither is this one.
    if (index === first || sys.stat(destination, targets.at(index), own, Own.Other) >= 0) {
      return false;
    }
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
): boolean {
  const { bytes, offsets, lengths, count } = targets;
  for (let index = first; index < count; index++) {
    if (!isWide(bytes, offsets[index]!, lengths[index]!)) continue; // in the table
    const name = targets.at(index);
    const turned = [turnForm(name), turnWideCase(name)].filter((one) => one !== undefined);
    if (turned.length === 0) continue;
    if (turned.some((one) => inodeAt(context, place, one) !== undefined)) return true;
    if (index === first || inodeAt(context, place, name) !== undefined) return false;
  }
  return false;
}

/** Whether a name has letters beyond ASCII. */
function isWide(bytes: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) if (bytes[at]! >= 0x80) return true;
  return false;
}

/** Which inode a name of the destination is; undefined where there is none. */
export function inodeAt({ sys, own }: MoverContext, place: Place, name: Name): string | undefined {
  if (sys.stat(place.destination, name, own, Own.Other) < 0) return undefined;
  return `${own.inodeHigh[Own.Other]} ${own.inodeLow[Own.Other]}`;
}
