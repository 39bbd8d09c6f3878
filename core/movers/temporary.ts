import { nameOf } from "../entry/display.ts";
import type { NameTable } from "../entry/names.ts";
import { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "./context.ts";
import { Kind } from "../entry/kind.ts";
import { Errno, type Handle, type Name } from "../sys/mod.ts";

/** A temporary's name: `.blit-tmp-RUN-MOVER-SEQUENCE`, the run a random number, all in base 36. */
const PATTERN = /^\.blit-tmp-[0-9a-z]{10}-[0-9a-z]+-[0-9a-z]+$/;
const START = ".blit-tmp-";
const PREFIX: Uint8Array = new TextEncoder().encode(START);
/** Where locks do not work, a temporary that nobody has written to for so long is left over. */
const FORGOTTEN_SECONDS = 24 * 3600;

let run: string | undefined;

/** A name in a destination directory that nothing has yet. */
export function temporaryName(context: MoverContext): Name {
  run ??= Array.from(
    crypto.getRandomValues(new Uint8Array(10)),
    (byte) => (byte % 36).toString(36),
  ).join("");
  const sequence = (context.temporaries++).toString(36);
  return nameOf(`${START}${run}-${context.index.toString(36)}-${sequence}`);
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
export function removeLeftOver(context: MoverContext, directory: Handle, name: Name): boolean {
  const { sys } = context;
  const table = new StatTable(1);
  if (sys.stat(directory, name, table, 0) < 0) return false;
  if (table.kind(0) === Kind.File && isHeld(context, directory, name, table)) return false;
  return sys.unlink(directory, name) === 0;
}

function isHeld(context: MoverContext, directory: Handle, name: Name, table: StatTable): boolean {
  const { sys } = context;
  const file = sys.openRead(directory, name);
  const locked = file < 0 ? file : sys.tryLock(file);
  if (file >= 0) sys.close(file);
  if (locked === 0) return false;
  if (locked === -Errno.EAGAIN) return true;
  return table.mtimeSeconds[0]! > Date.now() / 1000 - FORGOTTEN_SECONDS;
}
