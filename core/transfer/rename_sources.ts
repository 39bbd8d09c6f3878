import { kindWord } from "../entry/kind.ts";
import { trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import type { Job, JobSource } from "../movers/job.ts";
import { openNearest, openRootAt } from "../movers/open_root.ts";
import { partialName, removeLeftOver } from "../movers/temporary.ts";
import type { Sys } from "../sys/mod.ts";
import type { EntryEvent } from "./events.ts";

/**
 * Moves named sources by a plain rename where that does it all: nothing of that name is at the
 * destination, no other source brings one there, both ends are on one file system, and no filter
 * picks a part. Gives the sources that are left to be transferred.
 */
export function renameSources(
  sys: Sys,
  job: Job,
  sources: readonly JobSource[],
): { readonly left: JobSource[]; readonly renamed: EntryEvent[] } {
  const left: JobSource[] = [];
  const renamed: EntryEvent[] = [];
  for (const source of sources) {
    const isAlone = job.filter === undefined && !meetsContent(sys, sources, source);
    const event = isAlone ? renameOne(sys, job, source) : undefined;
    if (event === undefined) left.push(source);
    else renamed.push(event);
  }
  return { left, renamed };
}

/** Whether a directory whose content is moved has the name of a named source. */
function meetsContent(sys: Sys, sources: readonly JobSource[], { only }: JobSource): boolean {
  const table = new StatTable(1);
  return only !== undefined && sources.some((source) => {
    if (source.only !== undefined) return false;
    const root = openRootAt(sys, source.root, source.rootBeneath);
    const isThere = root >= 0 && sys.stat(root, only, table, 0) === 0;
    if (root >= 0) sys.close(root);
    return isThere;
  });
}

function renameOne(sys: Sys, job: Job, source: JobSource): EntryEvent | undefined {
  const { root, destination, only, as } = source;
  if (only === undefined || root === undefined || destination === undefined) return undefined;
  const from = openRootAt(sys, root, source.rootBeneath);
  // In a dry run the destination may still have to be made: where, says which device it will be on.
  const to = source.absent
    ? openNearest(sys, destination).handle
    : openRootAt(sys, destination, source.destinationBeneath);
  const table = new StatTable(2);
  let event: EntryEvent | undefined;
  if (from >= 0 && to >= 0 && sys.stat(from, only, table, 0) === 0) {
    const target = as ?? only;
    const free = source.absent || sys.stat(to, target, table, 1) < 0;
    sys.statHandle(to, table, 1);
    const sameDevice = table.deviceMajor[0] === table.deviceMajor[1] &&
      table.deviceMinor[0] === table.deviceMinor[1];
    const done = free && sameDevice &&
      (job.dryRun || sys.renameExclusive(from, only, to, target) === 0);
    if (done) {
      if (job.durable && !job.dryRun) {
        sys.sync(from);
        sys.sync(to);
      }
      // What a copy with `resume` has left of it.
      if (!job.dryRun) removeLeftOver({ sys }, to, partialName(target));
      const path = trimNul(target).slice();
      event = { type: "entry", action: "rename", kind: kindWord(table.kind(0)), path, size: 0 };
    }
  }
  if (from >= 0) sys.close(from);
  if (to >= 0) sys.close(to);
  return event;
}
