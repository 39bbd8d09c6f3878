/**
 * Shards: small files packed into tar archives of a few MiB, in WASM memory, and taken apart again.
 * A shard is a real tar archive (ustar, pax where needed) that GNU tar and bsdtar read. The reader
 * takes nothing on trust: it gives well-formed entries or throws a {@linkcode ShardError}.
 *
 * Names are bytes, relative to a root that is the caller's business; a name that leaves it ("/x",
 * "a/../b") is refused on both sides. Importing this folder instantiates wasm/blit.wasm for the
 * thread, so import it lazily. Imports wasm only. Begin with `writer.ts` and `reader.ts`.
 *
 * @module
 */
export type { ShardHeader, ShardKind } from "./header.ts";
export { paddingBytes, tarHeader } from "./header.ts";
export { ShardReader } from "./reader.ts";
export { ShardEntry } from "./entry.ts";
export { ShardError, type ShardErrorCode } from "./shard_error.ts";
export { SHARD_BYTES } from "./slot.ts";
export { ShardWriter, type ShardWriterOptions } from "./writer.ts";
