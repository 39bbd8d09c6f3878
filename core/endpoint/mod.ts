/**
 * Endpoints: what the user named as source and destination, and what goes where.
 * Imports entry and sys. Begin with `resolve.ts`.
 *
 * @module
 */
export { type LocalPath, parseLocalPath, pathBytes, type PathLike } from "./local_path.ts";
export { resolveSources } from "./resolve.ts";
