import type { Sys } from "../sys/mod.ts";
import { Control, type SharedMemory } from "../movers/control.ts";
import { Counter, COUNTERS } from "../movers/counters.ts";

/** Movers at most that are worth having on storage that keeps them waiting. */
const GROWN = 8;
/** Below this share of CPU time in wall time, movers mostly wait for storage. */
export const WAITING = 0.55;
/** Above this share of the processors in use, movers beyond their number are in the way. */
const BUSY = 0.9;

/**
 * Tells by their threads' CPU time whether movers compute or wait. With a warm cache they
 * compute, and two are right for two processors; with a cold one they wait, and up to eight keep
 * the storage busy (100k files on ext4, ratio to rsync: 2 movers 1.45, 4 movers 1.84).
 */
export class WaitWatch {
  readonly #last = new Map<number, number>();
  #lastTime = performance.now();
  readonly #processors = navigator.hardwareConcurrency;

  constructor(readonly sys: Sys, readonly memory: SharedMemory) {}

  /** How many Workers there should be, given how many there are. */
  judge(workers: number): number {
    const { control, counters } = this.memory;
    const now = performance.now();
    const wallNs = (now - this.#lastTime) * 1e6;
    this.#lastTime = now;
    let used = 0;
    let measured = 0;
    for (let index = 1; index <= workers; index++) {
      const thread = counters[index * COUNTERS + Counter.ThreadId] ?? 0;
      const cpu = thread > 0 ? this.sys.threadCpuNs(thread) : -1;
      if (cpu < 0) continue;
      const before = this.#last.get(index);
      this.#last.set(index, cpu);
      if (before === undefined) continue;
      used += cpu - before;
      measured++;
    }
    // A mover that waits for tasks does not wait for storage.
    const active = measured - Atomics.load(control, Control.Idle);
    if (measured < workers || active <= 0 || wallNs <= 0) return workers;
    const limit = Math.min(Atomics.load(control, Control.Limit) - 1, workers);
    const share = used / wallNs;
    if (share / Math.min(active, limit) < WAITING && active >= limit) {
      if (limit < workers) Atomics.store(control, Control.Limit, limit + 2);
      else if (workers < GROWN) return workers + 1;
    } else if (share > BUSY * this.#processors && limit > this.#processors) {
      Atomics.store(control, Control.Limit, limit);
    }
    return workers;
  }
}
