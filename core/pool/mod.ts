/**
 * The threads: one mover on the main thread, Workers when there is work for them, more of them
 * while they wait for storage. A mover works tasks off by calling the stages.
 *
 * Imports movers and local. Begin with `pool.ts`, then `mover.ts`.
 *
 * @module
 */
export { newMemory } from "./memory.ts";
export { Mover } from "./mover.ts";
export { openContext } from "./open_context.ts";
export { MoverPool } from "./pool.ts";
