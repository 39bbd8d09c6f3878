/**
 * Endpoints: what the user named as source and destination, and what goes where.
 * Imports entry and sys. Begin with `resolve.ts` for places on this machine. For those that a
 * daemon exports begin with `endpoint.ts`, which is not exported here: only what knows of
 * a remote end loads it, `host.ts` and `ends.ts`.
 *
 * @module
 */
export { refuseRemote } from "./local_only.ts";
export {
  type LocalPath,
  mayBeRemote,
  parseLocalPath,
  pathBytes,
  type PathLike,
} from "./local_path.ts";
export { resolveSources } from "./resolve.ts";
