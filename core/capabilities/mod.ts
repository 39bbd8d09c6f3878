/**
 * What file systems can do, found out by trying and remembered for as long as they stay mounted:
 * ways to copy with their rates, and what a probe has seen. It is in a small file beside the
 * history, without names and paths, and only ever makes things faster: whatever it says, a call
 * that fails is followed by another way. Imports entry, sys and the history's place. Begin with
 * `known.ts`; docs/filesystems.md says what is kept.
 *
 * @module
 */
export {
  type Known,
  type KnownMount,
  type KnownPair,
  type MountCapabilities,
  noneKnown,
} from "./known.ts";
export { pairKey } from "./pair_key.ts";
export { probeMount } from "./probe.ts";
export { changeKnown, mountsFile, readKnown } from "./store.ts";
