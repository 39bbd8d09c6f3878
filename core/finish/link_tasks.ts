import { packGroups } from "../local/links.ts";
import type { Job } from "../movers/job.ts";
import type { LinkGroup, LoggedGroup, LoggedLinks } from "../movers/run_log.ts";
import { type Task, task, TaskFlag, TaskKind } from "../movers/task.ts";
import { nameOf } from "../entry/display.ts";
import { LinkGroups } from "./link_groups.ts";

/** Names that one task delivers at least, if there are as many. */
const TASK_NAMES = 256;

/**
 * Groups the hard links of a run by inode, and packs into tasks what is to be done. Names that were
 * found to be as they should be, all of a group, need nothing: `onSame` is told how many.
 */
export function* linkTasks(
  job: Job,
  logged: readonly LoggedLinks[],
  onSame: (names: number) => void,
): Generator<Task> {
  for (let source = 0; source < job.sources.length; source++) {
    const groups = new LinkGroups(logged.filter((links) => links.source === source));
    yield* packTasks(source, groups.unsettled(onSame), 0);
  }
}

/** Groups that were put off, as tasks, now that what was in their way has been deleted. */
export function* clearedLinkTasks(logged: readonly LoggedGroup[]): Generator<Task> {
  for (const source of new Set(logged.map((group) => group.source))) {
    const groups = logged.filter((group) => group.source === source);
    yield* packTasks(source, groups, TaskFlag.Cleared);
  }
}

function* packTasks(source: number, all: Iterable<LinkGroup>, flags: number): Generator<Task> {
  let groups: LinkGroup[] = [];
  let names = 0;
  for (const group of all) {
    groups.push(group);
    names += group.names.length;
    if (names < TASK_NAMES) continue;
    yield linkTask(source, groups, flags);
    groups = [];
    names = 0;
  }
  if (groups.length > 0) yield linkTask(source, groups, flags);
}

function linkTask(source: number, groups: readonly LinkGroup[], flags: number): Task {
  return task(TaskKind.Links, source, nameOf(""), { names: packGroups(groups), flags });
}
