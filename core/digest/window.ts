import { memory, windowAt, windowBytes } from "../../wasm/blit.wasm";

const WINDOW_AT = windowAt();
const WINDOW_BYTES = windowBytes();

/** All of the module's memory. It never grows, so this view stays valid. */
export const wasmBytes: Uint8Array<ArrayBuffer> = new Uint8Array(memory.buffer as ArrayBuffer);

const window = wasmBytes.subarray(WINDOW_AT, WINDOW_AT + WINDOW_BYTES);

/**
 * The place to read files into before they are hashed: 1 MiB of WASM memory, one per thread and
 * always the same view. Every digest function given bytes from elsewhere copies them here, so hash
 * what you have read before calling another.
 *
 * ```ts
 * import { Blake3, inputWindow } from "./mod.ts";
 * const hasher = new Blake3();
 * using file = Deno.openSync("deno.json");
 * for (let read = 0; (read = file.readSync(inputWindow()) ?? 0) > 0;) {
 *   hasher.updateFromWindow(read);
 * }
 * ```
 */
export function inputWindow(): Uint8Array<ArrayBuffer> {
  return window;
}

/** Where the bytes are in WASM memory, if they are there at all; -1 if not. */
export function wasmAddress(bytes: Uint8Array): number {
  return bytes.buffer === wasmBytes.buffer ? bytes.byteOffset : -1;
}

/**
 * Shows the bytes to `take` piece by piece as places in WASM memory: where they are if they are
 * there already, otherwise copied to the window. Pieces are `pieceBytes` long but for the last.
 */
export function throughWindow(
  bytes: Uint8Array,
  pieceBytes: number,
  take: (address: number, length: number) => void,
): void {
  const address = wasmAddress(bytes);
  for (let done = 0; done < bytes.length; done += pieceBytes) {
    const length = Math.min(pieceBytes, bytes.length - done);
    if (address >= 0) {
      take(address + done, length);
    } else {
      wasmBytes.set(bytes.subarray(done, done + length), WINDOW_AT);
      take(WINDOW_AT, length);
    }
  }
}

/** Checks that so many bytes can be in the window, and gives its address. */
export function windowAddress(length: number): number {
  if (!Number.isInteger(length) || length < 0 || length > WINDOW_BYTES) {
    throw new RangeError(`Cannot take ${length} bytes from a window of ${WINDOW_BYTES}`);
  }
  return WINDOW_AT;
}
