import assert from "node:assert/strict";
import { newMemory } from "../../../core/pool/memory.ts";

Deno.test("movers that give and take at once lose no task, double none and tear none", async () => {
  const workers = 3;
  const each = 2000; // as in the worker
  const memory = { ...newMemory(), queue: new Uint8Array(new SharedArrayBuffer(4096)) };
  const seen = new Int32Array(new SharedArrayBuffer((workers * each + 1) * 4));
  // Every fifth goes around twice.
  for (let number = 0; number < workers * each; number++) if (number % 5 === 0) seen[number] = -1;
  seen[workers * each] = workers * each;
  const all = Array.from({ length: workers }, (_, at) => {
    const worker = new Worker(new URL("./queue_worker.ts", import.meta.url), { type: "module" });
    const done = new Promise<number>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<number>) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.postMessage({ memory, seen, first: at * each });
    return { worker, done };
  });
  const corrupt = await Promise.all(all.map(({ done }) => done));
  for (const { worker } of all) worker.terminate();
  assert.deepEqual(corrupt, [0, 0, 0]);
  assert.equal(seen[workers * each], 0);
  const counts = seen.subarray(0, workers * each);
  for (let number = 0; number < counts.length; number++) {
    assert.equal(counts[number], 1, `task ${number}`);
  }
});
