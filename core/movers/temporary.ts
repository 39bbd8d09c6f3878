import { nameOf } from "../entry/display.ts";
import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "./context.ts";
import type { Name } from "../sys/mod.ts";
import { isRunning, processToken } from "../sys/process_token.ts";

/**
 * A temporary's name: `.blit-tmp-HOST-PID-START-MOVER-SEQUENCE`, in lower-case base 36. Host, pid
 * and start time tell whether the run that made it still lives, so that the next run can remove
 * what a killed one left.
 */
const PATTERN = /^\.blit-tmp-([0-9a-z]+)-([0-9a-z]+)-([0-9a-z]+)-[0-9a-z]+-[0-9a-z]+$/;
const START = ".blit-tmp-";
const PREFIX: Uint8Array = new TextEncoder().encode(START);

/** A name in the destination directory that nothing has yet. */
export function temporaryName(context: MoverContext): Name {
  const token = processToken();
  const sequence = (context.temporaries++).toString(36);
  return nameOf(`${START}${token}-${context.index.toString(36)}-${sequence}`);
}

/** Whether an entry is a temporary of some blit. Cheap: nearly every name fails its first byte. */
export function isTemporary(names: NameTable, index: number): boolean {
  const offset = names.offsets[index]!; // callers loop over the table's count
  const { bytes } = names;
  if (bytes[offset] !== PREFIX[0] || bytes[offset + 1] !== PREFIX[1]) return false;
  return PATTERN.test(new TextDecoder().decode(names.copy(index)));
}

/** Whether the run that made a temporary is over, so that nobody will miss it. */
export function isLeftOver(names: NameTable, index: number): boolean {
  const parts = PATTERN.exec(new TextDecoder().decode(names.copy(index)));
  if (parts === null) return false;
  const [, host = "", pid = "", start = ""] = parts;
  return !isRunning(host, parseInt(pid, 36), start);
}
