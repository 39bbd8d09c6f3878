import type { Name, Sys } from "../../core/sys/mod.ts";

const encoder = new TextEncoder();
const MOST_BYTES = 1 << 20;

/**
 * What the kernel tells in files of /proc and /sys, read through the floor: Deno itself gives them
 * only to who may do everything. Undefined where there is none.
 */
export function systemText(sys: Sys, directory: string, name: string): string | undefined {
  const held = sys.openRoot(terminated(directory));
  if (held < 0) return undefined;
  const file = sys.openRead(held, terminated(name));
  sys.close(held);
  if (file < 0) return undefined;
  const buffer = new Uint8Array(16384);
  let text = "";
  while (text.length < MOST_BYTES) {
    const got = sys.read(file, buffer, buffer.length);
    if (got <= 0) break;
    // One character a byte: paths in mountinfo need not be UTF-8.
    text += String.fromCharCode(...buffer.subarray(0, got));
  }
  sys.close(file);
  return text;
}

/** A number that stands alone in such a file. */
export function systemNumber(sys: Sys, directory: string, name: string): number | undefined {
  const text = systemText(sys, directory, name)?.trim() ?? "";
  return /^\d{1,20}$/.test(text) ? Number(text) : undefined;
}

function terminated(text: string): Name {
  return encoder.encode(`${text}\0`);
}
