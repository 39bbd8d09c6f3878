import { pathKey } from "../entry/path.ts";
import type { LoggedDirectory } from "../movers/run_log.ts";

/** Those of some directories that will be empty: not those that hold, at any depth, what stays. */
export function emptiable(
  directories: readonly LoggedDirectory[],
  holding: readonly LoggedDirectory[],
): readonly LoggedDirectory[] {
  if (holding.length === 0) return directories;
  const kept = new Set<string>();
  for (const { source, path } of holding) {
    for (
      let key = pathKey(path);
      key !== "";
      key = key.slice(0, Math.max(key.lastIndexOf("/"), 0))
    ) {
      kept.add(`${source} ${key}`);
    }
  }
  return directories.filter(({ source, path }) => !kept.has(`${source} ${pathKey(path)}`));
}
