import { inputWindow, subtreeFromWindow } from "../../digest/mod.ts";
import type { MoverContext } from "../../movers/context.ts";
import { Counter } from "../../movers/counters.ts";
import type { Handle, Result } from "../../sys/mod.ts";
import { BASIS_BLOCK_BYTES } from "../batch/mod.ts";

/** Chunks of BLAKE3 in a block. */
const CHUNKS = BASIS_BLOCK_BYTES / 1024;

/**
 * Reads one block of an open file, the last of which may be shorter, and gives its value; "short"
 * if the file ends before, or a negated errno. The file then stands anywhere.
 */
export function blockValue(
  context: MoverContext,
  file: Handle,
  block: number,
  length: number,
): Uint8Array<ArrayBuffer> | "short" | Result {
  const { sys } = context;
  const window = inputWindow();
  const moved = sys.seek(file, block * BASIS_BLOCK_BYTES);
  if (moved < 0) return moved;
  for (let got = 0; got < length;) {
    const more = sys.read(file, got === 0 ? window : window.subarray(got), length - got);
    if (more < 0) return more;
    if (more === 0) return "short";
    got += more;
  }
  context.count(Counter.BytesProved, length);
  return subtreeFromWindow(length, block * CHUNKS);
}
