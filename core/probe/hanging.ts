import { isBeneath, pathKey } from "../entry/path.ts";
import type { Name } from "../sys/mod.ts";

/** Whether an absolute path lies at or beneath one of some places; links are not followed. */
export function isBeneathAny(path: Name, places: readonly Name[]): boolean {
  const key = pathKey(path);
  return places.some((place) => isBeneath(key, pathKey(place)));
}

/** A path as the floor takes it. */
export function nameOfPath(path: string): Name {
  return new TextEncoder().encode(`${path}\0`);
}
