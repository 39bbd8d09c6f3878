import { pathKey } from "../entry/path.ts";
import type { LoggedDirectory } from "../movers/run_log.ts";

/** Directories that hold, at any depth, what stays. */
export class Holders {
  readonly #keys = new Set<string>();

  /** With the directories in which something stays. */
  constructor(holding: readonly LoggedDirectory[]) {
    for (const { source, path } of holding) {
      for (
        let key = pathKey(path);
        key !== "";
        key = key.slice(0, Math.max(key.lastIndexOf("/"), 0))
      ) {
        this.#keys.add(`${source} ${key}`);
      }
    }
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  has({ source, path }: LoggedDirectory): boolean {
    return this.#keys.has(`${source} ${pathKey(path)}`);
  }
}

/** Those of some directories that will be empty. */
export function emptiable(
  directories: readonly LoggedDirectory[],
  holders: Holders,
): readonly LoggedDirectory[] {
  return holders.isEmpty ? directories : directories.filter((one) => !holders.has(one));
}
