import { joinPath, trimNul } from "../../entry/path.ts";

/** The name of an entry as it stands in a shard: relative to the source's root, without NUL. */
export function nameInShard(path: Uint8Array, name: Uint8Array): Uint8Array {
  return trimNul(joinPath(path, name));
}
