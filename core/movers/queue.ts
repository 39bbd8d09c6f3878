import { Control, type SharedMemory } from "./control.ts";
import { decodeTask, encodedLength, encodeTask, type Task } from "./task.ts";

/**
 * The tasks that movers hand to one another, in shared memory under a lock.
 *
 * Each mover keeps its own stack, depth first, so what waits stays small however wide the tree
 * is; the queue only carries what a busy mover gives to an idle one. It is a stack of records,
 * each followed by its length. A full queue refuses: the giver keeps its task.
 */
export class TaskQueue {
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #lengths: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedMemory) {
    this.#control = memory.control;
    this.#bytes = memory.queue;
    this.#lengths = new Int32Array(
      memory.queue.buffer,
      memory.queue.byteOffset,
      memory.queue.length >> 2,
    );
  }

  /** Whether tasks wait here; a hint, read without the lock. */
  get waiting(): boolean {
    return Atomics.load(this.#control, Control.QueueUsed) > 0;
  }

  /** Gives a task; false when there is no room. Wakes one mover. */
  give(task: Task): boolean {
    const length = encodedLength(task);
    this.#lock();
    const used = this.#control[Control.QueueUsed] ?? 0;
    const fits = used + length + 8 <= this.#bytes.length;
    if (fits) {
      encodeTask(task, this.#bytes, used);
      this.#lengths[(used + length) >> 2] = length;
      Atomics.store(this.#control, Control.QueueUsed, used + length + 8);
    }
    this.#unlock();
    if (fits) this.wake();
    return fits;
  }

  /** Takes a task, or nothing. */
  take(): Task | undefined {
    if (!this.waiting) return undefined;
    this.#lock();
    const used = this.#control[Control.QueueUsed] ?? 0;
    let task: Task | undefined;
    if (used > 0) {
      const length = this.#lengths[(used - 8) >> 2] ?? 0;
      const start = used - 8 - length;
      task = decodeTask(this.#bytes, start);
      Atomics.store(this.#control, Control.QueueUsed, start);
    }
    this.#unlock();
    return task;
  }

  /** Wakes whoever waits. */
  wake(): void {
    Atomics.add(this.#control, Control.Signal, 1);
    Atomics.notify(this.#control, Control.Signal);
  }

  // The main thread may not block, so the lock spins. It is held for microseconds.
  #lock(): void {
    while (Atomics.compareExchange(this.#control, Control.Lock, 0, 1) !== 0) Atomics.pause?.();
  }

  #unlock(): void {
    Atomics.store(this.#control, Control.Lock, 0);
  }
}
