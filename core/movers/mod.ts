/**
 * What the stages stand on: a mover's context (the floor, the job, the batch's columns), tasks and
 * the queue that hands them on, the counters and the control block in shared memory, the log of
 * what is put off, temporaries' names.
 *
 * Imports entry, filter, sys and plan. Begin with `context.ts`, then `task.ts`. The threads
 * that run the stages are in `pool/`.
 *
 * @module
 */
export { MoverContext } from "./context.ts";
export { Control, type SharedMemory } from "./control.ts";
export { Counter } from "./counters.ts";
export type { Job, JobSource } from "./job.ts";
export {
  makeBeneath,
  type MakeDirectory,
  type Nearest,
  openNearest,
  openNearestBeneath,
  openRootAt,
} from "./open_root.ts";
export { TaskQueue } from "./queue.ts";
export { isSameDirectory } from "./same_directory.ts";
export { type Task, task, TaskFlag, TaskKind } from "./task.ts";
