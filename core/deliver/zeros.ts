import type { MoverContext } from "../movers/context.ts";
import type { Handle, Result } from "../sys/mod.ts";
import { writeWhole } from "./small_file.ts";

/**
 * Makes `length` bytes from `position` on zeros: a hole where that can be. Afterwards the file
 * stands anywhere. 0, or a negated errno.
 */
export function makeZeros(
  context: MoverContext,
  file: Handle,
  position: number,
  length: number,
): Result {
  const { sys, otherBuffer } = context;
  if (sys.punchHole(file, position, length) === 0) return 0;
  const moved = sys.seek(file, position);
  if (moved < 0) return moved;
  otherBuffer.fill(0);
  for (let left = length; left > 0;) {
    const written = writeWhole(context, file, otherBuffer, Math.min(left, otherBuffer.length));
    if (written < 0) return written;
    left -= written;
  }
  return 0;
}
