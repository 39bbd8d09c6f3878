import type { MoverContext } from "../movers/context.ts";
import type { Handle, Result } from "../sys/mod.ts";
import { isHole, runEnd } from "./sparse.ts";
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

/**
 * Writes the first `length` bytes of the context's buffer at `position` over what is there, zeros
 * as holes; the file then stands behind them. 0, or a negated errno.
 */
export function overwrite(
  context: MoverContext,
  file: Handle,
  position: number,
  length: number,
): Result {
  const { sys, buffer } = context;
  for (let start = 0; start < length;) {
    const end = runEnd(buffer, start, length);
    const isZero = isHole(buffer, start, length);
    const made = isZero
      ? makeZeros(context, file, position + start, end - start)
      : sys.seek(file, position + start);
    if (made < 0) return made;
    const view = start === 0 ? buffer : buffer.subarray(start);
    const written = isZero ? 0 : writeWhole(context, file, view, end - start);
    if (written < 0) return written;
    start = end;
  }
  const moved = sys.seek(file, position + length);
  return moved < 0 ? moved : 0;
}
