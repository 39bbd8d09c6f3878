import { pathKey } from "../entry/path.ts";
import { packGroups } from "../local/links.ts";
import type { Job } from "../movers/job.ts";
import type { LinkGroup, LinkName, LoggedGroup, LoggedLinks } from "../movers/run_log.ts";
import { type Task, task, TaskFlag, TaskKind } from "../movers/task.ts";
import { nameOf } from "../entry/display.ts";

/** Names that one task delivers at least, if there are as many. */
const TASK_NAMES = 256;

/**
 * Groups the hard links of a run by inode, the names of each group in byte order (so that
 * a dry run and the run after it choose the same one to copy), and packs groups into tasks.
 */
export function* linkTasks(job: Job, logged: readonly LoggedLinks[]): Generator<Task> {
  for (let source = 0; source < job.sources.length; source++) {
    yield* packTasks(source, groupsOf(logged.filter((links) => links.source === source)), 0);
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

/** Groups by inode; only positions are sorted, names are read when a group is given. */
function* groupsOf(logged: readonly LoggedLinks[]): Generator<LinkGroup> {
  const total = logged.reduce((sum, links) => sum + links.count, 0);
  const batch = new Uint32Array(total);
  const within = new Uint32Array(total);
  let at = 0;
  logged.forEach((links, index) => {
    for (let entry = 0; entry < links.count; entry++, at++) {
      batch[at] = index;
      within[at] = entry;
    }
  });
  const inode = (position: number, part: number): number =>
    logged[batch[position]!]!.inodes[within[position]! * 4 + part]!; // filled above
  const order = Array.from({ length: total }, (_, position) => position).sort((one, other) => {
    for (let part = 0; part < 4; part++) {
      const difference = inode(one, part) - inode(other, part);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  const offsets = logged.map(offsetsOf);
  for (let start = 0; start < total;) {
    let end = start + 1;
    while (
      end < total &&
      [0, 1, 2, 3].every((part) => inode(order[start]!, part) === inode(order[end]!, part))
    ) {
      end++;
    }
    const names = order.slice(start, end).map((position): LinkName => {
      const links = logged[batch[position]!]!; // filled above
      const offset = offsets[batch[position]!]![within[position]!]!;
      const length = links.names[offset + 1]! | links.names[offset + 2]! << 8;
      const name = new Uint8Array(length + 1);
      name.set(links.names.subarray(offset + 3, offset + 3 + length));
      const kind = links.names[offset]!; // as above
      return { path: links.path, name, kind, absent: links.absent };
    });
    names.sort((one, other) => compareKeys(keyOf(one), keyOf(other)));
    yield { leader: undefined, names };
    start = end;
  }
}

function keyOf({ path, name }: LinkName): string {
  return `${pathKey(path)}\0${pathKey(name)}`;
}

function compareKeys(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Where each packed name of a batch starts. */
function offsetsOf(links: LoggedLinks): Uint32Array {
  const offsets = new Uint32Array(links.count);
  let at = 0;
  for (let entry = 0; entry < links.count; entry++) {
    offsets[entry] = at;
    at += 3 + (links.names[at + 1]! | links.names[at + 2]! << 8); // a record is never cut
  }
  return offsets;
}
