import { memory, slotBytes, slotCount, slotsAt } from "../../wasm/blit.wasm";

/** The largest shard there may be: 8 MiB. */
export const SHARD_BYTES: number = slotBytes();

/** All of the module's memory. It never grows, so this view stays valid. */
export const wasmBytes: Uint8Array<ArrayBuffer> = new Uint8Array(memory.buffer as ArrayBuffer);

const SLOTS_AT = slotsAt();
const free = Array.from({ length: slotCount() }, (_, index) => SLOTS_AT + index * SHARD_BYTES);

/** Takes a slot of the thread's WASM memory for one writer or reader; gives its address. */
export function takeSlot(): number {
  const slot = free.pop();
  if (slot === undefined) {
    throw new Error(
      `Cannot open another shard: ${slotCount()} are open in this thread; close one first`,
    );
  }
  return slot;
}

/** Gives a slot back. */
export function giveSlot(slot: number): void {
  free.push(slot);
}
