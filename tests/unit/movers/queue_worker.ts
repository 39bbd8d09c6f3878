/** Takes from a queue and gives half of it back, until all tasks are accounted for. */
import type { SharedMemory } from "../../../core/movers/control.ts";
import { TaskQueue } from "../../../core/movers/queue.ts";
import { task } from "../../../core/movers/task.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = (
  event: MessageEvent<{ memory: SharedMemory; seen: Int32Array; first: number }>,
) => {
  const { memory, seen, first } = event.data;
  const queue = new TaskQueue(memory);
  const left = seen.length - 1; // the last word counts what is still to be seen
  let next = first;
  let corrupt = 0;
  while (Atomics.load(seen, left) > 0) {
    if (next < first + 2000) {
      const path = new Uint8Array(next % 97).fill(next & 0xff);
      const names = new Uint8Array(next % 31).fill(~next & 0xff);
      if (queue.give(task(1, next % 65536, path, { names, weight: next }))) next++;
    }
    const taken = queue.take();
    if (taken === undefined) continue;
    const { weight, path, names, source } = taken;
    const whole = path.length === weight % 97 && path.every((byte) => byte === (weight & 0xff)) &&
      names.length === weight % 31 && names.every((byte) => byte === (~weight & 0xff)) &&
      source === weight % 65536;
    if (!whole) corrupt++;
    // Once more around, for one taker only: another may have it the moment it is given.
    if (Atomics.compareExchange(seen, weight, -1, 0) === -1 && queue.give(taken)) continue;
    Atomics.add(seen, weight, 1);
    Atomics.sub(seen, left, 1);
  }
  scope.postMessage(corrupt);
};
