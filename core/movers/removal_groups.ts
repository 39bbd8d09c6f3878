import type { JobSource } from "./job.ts";

/**
 * The numbers of a move's sources in the groups in which one after the other is removed from: the
 * last source first, so that each earlier one is still whole when it is asked whether it has the
 * same path. Entries that are named one by one have no path in common, and go together.
 *
 * ```ts
 * import { removalGroups } from "./removal_groups.ts";
 * import { nameOf } from "../entry/mod.ts";
 * import assert from "node:assert/strict";
 * const named = { only: nameOf("a") };
 * assert.deepEqual(removalGroups([{}, named, named, {}]), [[3], [1, 2], [0]]);
 * ```
 */
export function removalGroups(sources: readonly Pick<JobSource, "only">[]): readonly number[][] {
  const groups: number[][] = [];
  let group: number[] | undefined;
  for (const [index, { only }] of sources.entries()) {
    if (only === undefined || group === undefined) groups.push(group = []);
    group.push(index);
    if (only === undefined) group = undefined;
  }
  return groups.reverse();
}
