/**
 * The floor: the only code that touches files, descriptors and FFI.
 *
 * One interface, {@linkcode Sys}, with two backends: `linux` (libc through FFI) and `portable`
 * (Deno's own API, every system). Everything is relative to a held directory, names are bytes,
 * and failures are negated errnos. Imports entry. Begin with `sys.ts`.
 *
 * @module
 */
export { Errno, errnoName, errnoWords } from "./errno.ts";
export { type OpenedSys, openSys } from "./open.ts";
export type {
  BlockedCall,
  Capabilities,
  FilesystemStatus,
  Handle,
  Identity,
  Name,
  Result,
  Sys,
} from "./sys.ts";
