import type { Handle, Sys } from "../sys/mod.ts";

const PRIME = 0x100000001b3n;
const BASIS = 0xcbf29ce484222325n;

/**
 * What stands for the mount that holds something open, or for two of them: 64 bits of what the
 * kernel says of each (FNV-1a), from which no name can be read. Undefined where it cannot be told.
 */
export function pairKey(sys: Sys, ...places: readonly Handle[]): string | undefined {
  const keys = places.map((place) => mountKey(sys, place));
  return keys.every((key) => key !== undefined) ? keys.join(" ") : undefined;
}

function mountKey(sys: Sys, place: Handle): string | undefined {
  const identity = sys.identifyMount(place);
  if (identity === undefined) return undefined;
  let hash = BASIS;
  for (const byte of new TextEncoder().encode(identity)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  return hash.toString(16).padStart(16, "0");
}
