import { Kind } from "../entry/kind.ts";
import { compareBatch } from "../deliver/compare_batch.ts";
import { deliverBatch } from "../deliver/deliver_batch.ts";
import { putOff } from "../deliver/put_off.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { type Task, task as newTask, TaskFlag, TaskKind } from "../movers/task.ts";
import { Need } from "../plan/mod.ts";
import { closePlace, openPlace, type Place, scanBatch } from "../scan/mod.ts";
import { linkTo } from "./link_to.ts";
import type { Name } from "../sys/mod.ts";

/** One name of an inode: a directory and a name in it, both NUL-terminated. */
export interface LinkName {
  readonly path: Name;
  readonly name: Name;
  /** What it is at the source. */
  readonly kind: number;
  /** The destination directory does not exist (dry run). */
  readonly absent: boolean;
}

/** Set in the byte of a packed name's kind when its destination directory does not exist. */
const ABSENT = 0x80;

/** Packs groups of names for a task: u32 names; per name u8 kind, u32 and u32 lengths, path, name. */
export function packGroups(groups: readonly (readonly LinkName[])[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const group of groups) {
    length += 4;
    for (const { path, name } of group) length += 9 + path.length + name.length;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const group of groups) {
    view.setUint32(at, group.length);
    at += 4;
    for (const { path, name, kind, absent } of group) {
      view.setUint8(at, absent ? kind | ABSENT : kind);
      view.setUint32(at + 1, path.length);
      view.setUint32(at + 5, name.length);
      bytes.set(path, at + 9);
      bytes.set(name, at + 9 + path.length);
      at += 9 + path.length + name.length;
    }
  }
  return bytes;
}

/** Reads what {@linkcode packGroups} packed. */
export function* unpackGroups(bytes: Uint8Array<ArrayBuffer>): Generator<LinkName[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at < bytes.length;) {
    const group: LinkName[] = [];
    const count = view.getUint32(at);
    at += 4;
    for (let name = 0; name < count; name++) {
      const pathEnd = at + 9 + view.getUint32(at + 1);
      const nameEnd = pathEnd + view.getUint32(at + 5);
      group.push({
        kind: view.getUint8(at) & ~ABSENT,
        absent: (view.getUint8(at) & ABSENT) !== 0,
        path: bytes.slice(at + 9, pathEnd),
        name: bytes.slice(pathEnd, nameEnd),
      });
      at = nameEnd;
    }
    yield group;
  }
}

/**
 * Delivers groups of hard links: the first name of each (they come sorted) as any entry, the
 * others as links to it where they are not already.
 */
export function processLinks(context: MoverContext, task: Task): void {
  for (const group of unpackGroups(task.names)) {
    if (context.stopping) return;
    deliverGroup(context, task.source, group);
  }
}

function deliverGroup(context: MoverContext, source: number, group: readonly LinkName[]): void {
  let leader: Place | undefined;
  let leaderName: Name | undefined;
  let closeLeader: (() => void) | undefined;
  let remade = false;
  for (const link of group) {
    const place = open(context, source, link);
    if (place === undefined) continue;
    const close = (): void => {
      if (place.touched) putOff(context, place);
      closePlace(context, place);
    };
    if (leader !== undefined && leaderName !== undefined) {
      const made = linkTo(context, leader, leaderName, place, link, remade);
      if (made) {
        close();
        continue;
      }
    }
    const need = deliverAlone(context, place, link.name);
    if (need === undefined) {
      close();
      continue;
    }
    closeLeader?.();
    closeLeader = close;
    leader = place;
    leaderName = link.name;
    remade = need === Need.Create || need === Need.Replace;
  }
  closeLeader?.();
}

function open(context: MoverContext, source: number, link: LinkName): Place | undefined {
  const flags = link.absent ? TaskFlag.Absent : 0;
  return openPlace(context, newTask(TaskKind.Batch, source, link.path, { flags }));
}

/** Delivers a name as any entry; gives what it needed, or undefined when it failed. */
function deliverAlone(context: MoverContext, place: Place, name: Name): number | undefined {
  const { names, needs } = context;
  const failures = context.counters[Counter.Failures];
  const scanned = context.counters[Counter.Scanned]!;
  const total = context.counters[Counter.BytesTotal]!;
  names.clear();
  names.add(name, Kind.Unknown);
  scanBatch(context, place, names);
  context.counters[Counter.Scanned] = scanned; // counted when it was first seen
  context.counters[Counter.BytesTotal] = total;
  compareBatch(context, place, names, names);
  const need = needs[0]!; // the one entry
  deliverBatch(context, place, names, names, {
    linksNow: true,
    cleared: false,
    largeNow: true,
    childWeight: 0,
  });
  if (context.counters[Counter.Failures] !== failures || need === Need.None) return undefined;
  // What an option has left alone need not hold what the group holds.
  return need === Need.Blocked || need === Need.Skip ? undefined : need;
}
