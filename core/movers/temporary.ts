import { nameOf } from "../entry/display.ts";
import { trimNul } from "../entry/path.ts";
import type { NameTable } from "../entry/names.ts";
import { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "./context.ts";
import { Kind } from "../entry/kind.ts";
import { Errno, type Handle, type Name } from "../sys/mod.ts";

/**
 * A temporary's name: `.blit-tmp-RUN-MOVER-SEQUENCE`, the run a random number, all in base 36. An
 * odd one ends with {@linkcode ODD}, however that is listed.
 */
const PATTERN =
  /^\.blit-tmp-[0-9a-z]{10}-[0-9a-z]+-[0-9a-z]+(?:-[Xx](?:[\u00e9\u00c9]|[eE]\u0301))?$/;
/** What file systems list as it was written, or in another case or Unicode normal form. */
const ODD = "-X\u00e9";
const START = ".blit-tmp-";
const PREFIX: Uint8Array = new TextEncoder().encode(START);
/** Where locks do not work, a temporary that nobody has written to for so long is left over. */
const FORGOTTEN_SECONDS = 24 * 3600;

/**
 * What takes the mover's place in the name of a partial: it stays behind when a run with `resume`
 * is cut off. To a run without, it is a leftover like any other.
 */
const PARTIAL = "-resume-";

let run: string | undefined;

/** A name in a destination directory that nothing has yet. */
export function temporaryName(context: MoverContext): Name {
  return nameOf(newName(context));
}

/** The same with letters that tell whether names are listed as they were written. */
export function oddTemporaryName(context: MoverContext): Name {
  return nameOf(newName(context) + ODD);
}

function newName(context: MoverContext): string {
  run ??= Array.from(
    crypto.getRandomValues(new Uint8Array(10)),
    (byte) => (byte % 36).toString(36),
  ).join("");
  const sequence = (context.temporaries++).toString(36);
  return `${START}${run}-${context.index.toString(36)}-${sequence}`;
}

/** The name that what is there of `target` has in its directory: the same in every run. */
export function partialName(target: Uint8Array): Name {
  const hash = hashOf(target, 0) + hashOf(target, 1);
  return nameOf(`${START}${hash.slice(0, 10)}${PARTIAL}${hash.slice(10)}`);
}

/**
 * 53 bits of a name as eleven digits (cyrb53 by bryc, public domain). Names that share a hash cost
 * their savings and nothing else: what a partial holds is checked against the source.
 */
function hashOf(name: Uint8Array, seed: number): string {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (const byte of trimNul(name)) {
    high = Math.imul(high ^ byte, 2654435761);
    low = Math.imul(low ^ byte, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (2 ** 32 * (low & 0x1fffff) + (high >>> 0)).toString(36).padStart(11, "0");
}

/** Whether a temporary is what a run with `resume` has left of a file. */
export function isPartial(names: NameTable, index: number): boolean {
  return new TextDecoder().decode(names.copy(index)).includes(PARTIAL);
}

/** Whether an entry is a temporary of some blit. Cheap: nearly every name fails its first bytes. */
export function isTemporary(names: NameTable, index: number): boolean {
  const offset = names.offsets[index]!; // callers loop over the table's count
  const { bytes } = names;
  if (bytes[offset] !== PREFIX[0] || bytes[offset + 1] !== PREFIX[1]) return false;
  return PATTERN.test(new TextDecoder().decode(names.copy(index)));
}

/**
 * Removes a temporary if the run that made it is over. A living run holds a lock on the file it
 * writes, and the kernel lets go of it however the run ends, so no process id or clock is
 * trusted. What is no file (a link on its way to its place) is there for microseconds only.
 */
export function removeLeftOver(
  { sys }: Pick<MoverContext, "sys">,
  directory: Handle,
  name: Name,
): boolean {
  const table = new StatTable(1);
  if (sys.stat(directory, name, table, 0) < 0) return false;
  if (table.kind(0) !== Kind.File) return sys.unlink(directory, name) === 0;
  const file = sys.openRead(directory, name);
  // The lock is kept until the name is gone: nobody shall take it up in between.
  const locked = file < 0 ? file : sys.tryLock(file);
  const isHeld = locked === -Errno.EAGAIN || (locked < 0 && isRecent(table));
  const removed = !isHeld && sys.unlink(directory, name) === 0;
  if (file >= 0) sys.close(file);
  return removed;
}

function isRecent(table: StatTable): boolean {
  return table.mtimeSeconds[0]! > Date.now() / 1000 - FORGOTTEN_SECONDS; // the one row
}
