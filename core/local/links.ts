import { Kind } from "../entry/kind.ts";
import { compareBatch } from "../deliver/compare_batch.ts";
import { deliverBatch } from "../deliver/deliver_batch.ts";
import { noteExtraDirectory } from "../deliver/put_off.ts";
import { dropSettledPartials } from "../deliver/stale_partials.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { LinkGroup, LinkName } from "../movers/run_log.ts";
import { type Task, TaskFlag } from "../movers/task.ts";
import { Need } from "../plan/mod.ts";
import { type Place, scanBatch } from "../scan/mod.ts";
import { targetNames } from "./batch.ts";
import { linkTo } from "../deliver/link_to.ts";
import { OpenPlaces } from "./open_places.ts";
import type { Name } from "../sys/mod.ts";

/** Set in the byte of a packed name's kind when its destination directory does not exist. */
const ABSENT = 0x80;

/**
 * Packs groups of names for a task: u32 names, u8 1 if the first is the leader; per name u8 kind,
 * u32 and u32 lengths, path, name.
 */
export function packGroups(groups: readonly LinkGroup[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const group of groups) {
    length += 5;
    for (const { path, name } of allNames(group)) length += 9 + path.length + name.length;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const group of groups) {
    const names = allNames(group);
    view.setUint32(at, names.length);
    view.setUint8(at + 4, group.leader === undefined ? 0 : 1);
    at += 5;
    for (const { path, name, kind, absent } of names) {
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

function allNames({ leader, names }: LinkGroup): readonly LinkName[] {
  return leader === undefined ? names : [leader, ...names];
}

/** Reads what {@linkcode packGroups} packed. */
export function* unpackGroups(bytes: Uint8Array<ArrayBuffer>): Generator<LinkGroup> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at < bytes.length;) {
    const names: LinkName[] = [];
    const count = view.getUint32(at);
    const isLed = view.getUint8(at + 4) === 1;
    at += 5;
    for (let name = 0; name < count; name++) {
      const pathEnd = at + 9 + view.getUint32(at + 1);
      const nameEnd = pathEnd + view.getUint32(at + 5);
      names.push({
        kind: view.getUint8(at) & ~ABSENT,
        absent: (view.getUint8(at) & ABSENT) !== 0,
        path: bytes.slice(at + 9, pathEnd),
        name: bytes.slice(pathEnd, nameEnd),
      });
      at = nameEnd;
    }
    yield { leader: isLed ? names.shift() : undefined, names };
  }
}

/**
 * Delivers groups of hard links: the first name of each (they come sorted) as any entry, the
 * others as links to it where they are not already. Names that a directory of extras keeps from
 * their place are put off until that has been deleted.
 */
export function processLinks(context: MoverContext, task: Task): void {
  const cleared = (task.flags & TaskFlag.Cleared) !== 0;
  const places = new OpenPlaces(context, task.source);
  for (const group of unpackGroups(task.names)) {
    if (context.stopping) break;
    new GroupDelivery(context, places, cleared).deliver(group);
  }
  places.close();
}

/** The name that others become links to, its directory open. */
interface Leader {
  readonly link: LinkName;
  readonly place: Place;
  readonly remade: boolean;
}

/** The delivery of one group. */
class GroupDelivery {
  #leader: Leader | undefined;
  readonly #blocked: LinkName[] = [];

  constructor(
    readonly context: MoverContext,
    readonly places: OpenPlaces,
    readonly cleared: boolean,
  ) {}

  deliver(group: LinkGroup): void {
    const { context, places } = this;
    const { source } = places;
    const { leader, names } = group;
    const all = allNames(group);
    context.groupOf = (): readonly LinkName[] => all;
    if (leader !== undefined) {
      const place = places.at(leader);
      if (place !== undefined) this.#leader = { link: leader, place, remade: true };
    }
    for (const link of names) this.#deliverName(link);
    if (this.#blocked.length > 0) {
      const blocked = { source, leader: this.#leader?.link, names: this.#blocked };
      context.log.blockedLinks.push(blocked);
    }
    context.groupOf = undefined;
  }

  #deliverName(link: LinkName): void {
    const { context, places, cleared } = this;
    const place = places.at(link, this.#leader?.place);
    if (place === undefined || this.#isLinked(place, link)) return;
    const need = deliverAlone(context, place, link.name, cleared);
    if (need === Need.Blocked) this.#blocked.push(link);
    if (need === undefined || need === Need.Blocked) return;
    this.#leader = { link, place, remade: need === Need.Create || need === Need.Replace };
  }

  #isLinked(place: Place, link: LinkName): boolean {
    if (this.#leader === undefined) return false;
    const { link: { name }, place: leader, remade } = this.#leader;
    return linkTo(this.context, leader, name, place, link, remade, this.cleared);
  }
}

/**
 * Delivers a name as any entry; gives what it needed, or undefined when it failed or was left
 * alone: then it need not hold what the group holds.
 */
function deliverAlone(
  context: MoverContext,
  place: Place,
  name: Name,
  cleared: boolean,
): number | undefined {
  const { names, needs, job } = context;
  const failures = context.counters[Counter.Failures];
  const scanned = context.counters[Counter.Scanned]!;
  const total = context.counters[Counter.BytesTotal]!;
  names.clear();
  names.add(name, Kind.Unknown);
  scanBatch(context, place, names);
  context.counters[Counter.Scanned] = scanned; // counted when it was first seen
  context.counters[Counter.BytesTotal] = total;
  const targets = targetNames(context, place.sourceIndex, names);
  compareBatch(context, place, names, targets);
  dropSettledPartials(context, place, targets);
  let need = needs[0]!; // the one entry
  if (need === Need.Blocked && job.extras && !cleared) {
    noteExtraDirectory(context, place.sourceIndex, place.path, targets.at(0));
    return need;
  }
  deliverBatch(context, place, names, targets, {
    linksNow: true,
    cleared,
    largeNow: true,
    childWeight: 0,
  });
  if (need === Need.Blocked) need = needs[0]!;
  if (context.counters[Counter.Failures] !== failures || need === Need.None) return undefined;
  return need === Need.Skip ? undefined : need;
}
