/**
 * The four stages fused on one mover, as local transfers run them: a directory is scanned,
 * compared, delivered and finished without leaving the thread. Beside it the later phases: hard
 * links, extras, deletion, removal of a moved source.
 *
 * Imports scan, plan, deliver and movers. Begin with `directory.ts`.
 *
 * @module
 */
export { processBatch } from "./batch.ts";
export { processDelete } from "./delete.ts";
export { processDirectory } from "./directory.ts";
export { processExtra } from "./extra_directories.ts";
export { finishLater } from "./finish_directory.ts";
export { processLinks } from "./links.ts";
export { processRemove } from "./remove_source.ts";
