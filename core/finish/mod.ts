/**
 * The last phases of a transfer, when every directory has been compared: hard links, extras,
 * directories that were put off, what is synced. A run gives what they need as a
 * {@linkcode FinishingRun}: the one of a local transfer, or the destination's end of a remote one.
 *
 * Imports entry, sys, plan, movers, scan and local. Begin with `remove_extras.ts`.
 *
 * @module
 */
export { namesOf } from "./blocked.ts";
export { emptiable, Holders } from "./emptiable.ts";
export type { Blocked, FinishingRun } from "./finishing_run.ts";
export { linkTasks } from "./link_tasks.ts";
export { batches, deepestFirst, finishLevels, rootTasks, syncTasks } from "./phase_tasks.ts";
export { removeExtras } from "./remove_extras.ts";
