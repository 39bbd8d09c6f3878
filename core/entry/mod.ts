/**
 * Entries: what a directory holds, in columns and never as one object per file.
 *
 * A batch is a {@linkcode NameTable} (names as bytes in one arena) beside {@linkcode StatTable}s
 * (one for the source, one for the destination). Every stage of the pipeline works on these.
 * Imports nothing. Begin with `names.ts`.
 *
 * @module
 */
export { Kind, type KindCode, type KindWord, kindWord } from "./kind.ts";
export { NameIndex, type NameLookup } from "./name_index.ts";
export { NameSet } from "./name_set.ts";
export { ARENA_BYTES, BATCH_ENTRIES, NameTable } from "./names.ts";
export { StatTable } from "./stats.ts";
export { displayPath, nameOf } from "./display.ts";
export { PackedNames, packNames, unpackNames } from "./packed.ts";
export { depthOf, joinPath, pathKey, trimNul } from "./path.ts";
