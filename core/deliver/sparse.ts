import type { MoverContext } from "../movers/context.ts";
import type { Handle, Result } from "../sys/mod.ts";

/** The block that is left out when it is all zeros: the usual page and file system block. */
const BLOCK_BYTES = 4096;

/**
 * Moves bytes and leaves holes where blocks are zero, for backends that cannot ask where the
 * holes are.
 */
export class SparseWriter {
  readonly #context: MoverContext;

  constructor(context: MoverContext) {
    this.#context = context;
  }

  /** Moves up to `length` bytes at `position`, where both files stand; 0 is the source's end. */
  move(from: Handle, to: Handle, position: number, length: number): Result {
    const { sys, buffer } = this.#context;
    const got = sys.read(from, buffer, Math.min(buffer.length, length));
    if (got <= 0) return got;
    for (let start = 0; start < got;) {
      const end = runEnd(buffer, start, got);
      const result = isHole(buffer, start, got)
        ? sys.seek(to, position + end)
        : this.#write(to, start, end);
      if (result < 0) return result;
      start = end;
    }
    return got;
  }

  #write(to: Handle, start: number, end: number): Result {
    const { sys, buffer } = this.#context;
    for (let done = start; done < end;) {
      const result = sys.write(to, buffer.subarray(done), end - done);
      if (result < 0) return result;
      done += result;
    }
    return 0;
  }
}

/** Whether the run of blocks that begins at `start` is zeros, to be left out. */
export function isHole(bytes: Uint8Array, start: number, length: number): boolean {
  return isZero(bytes, start, Math.min(start + BLOCK_BYTES, length));
}

/** Where a run of blocks ends that begins at `start` and is all zeros, or has none that are. */
export function runEnd(bytes: Uint8Array, start: number, length: number): number {
  const zero = isHole(bytes, start, length);
  let end = start;
  do end = Math.min(end + BLOCK_BYTES, length); while (
    end < length && isHole(bytes, end, length) === zero
  );
  return end;
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}
