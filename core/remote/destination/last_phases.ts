import { pathKey, trimNul } from "../../entry/path.ts";
import {
  type Blocked,
  type FinishingRun,
  finishLevels,
  linkTasks,
  namesOf,
  removeExtras,
  syncTasks,
} from "../../finish/mod.ts";
import { finishDirectory } from "../../local/finish_directory.ts";
import { unpackGroups } from "../../local/links.ts";
import { processDelete } from "../../local/delete.ts";
import { linkTo } from "../../deliver/link_to.ts";
import { deleteLeaves, removeExtra } from "../../local/remove_extra.ts";
import { syncFilesystem } from "../../local/sync_filesystem.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import { Counter, totalOf } from "../../movers/counters.ts";
import { gather, type GroupOf, type LinkName, type RunLog } from "../../movers/run_log.ts";
import { type Task, TaskKind } from "../../movers/task.ts";
import { Need } from "../../plan/mod.ts";
import { closePlace, openDestination, type Place } from "../../scan/mod.ts";
import type { TransferOptions } from "../../transfer/options.ts";
import { BatchFlag } from "../batch/mod.ts";
import type { FromDestinationMover, ToDestinationMover } from "../mover/messages.ts";
import { KeptOrigin } from "./batch_origin.ts";
import type { DestinationMover } from "./destination_mover.ts";
import { restoreRow } from "./unfinished.ts";

type Finish = Extract<ToDestinationMover, { readonly type: "finish" }>;
type Rescan = Extract<FromDestinationMover, { readonly type: "rescan" }>;

/** A group of hard links under way. */
interface Group {
  readonly source: number;
  /** The last name that was delivered. */
  leader: LinkName | undefined;
  /** Those still to be delivered. */
  names: readonly LinkName[];
  /** Those whose place is taken by a directory of extras. */
  readonly blocked: LinkName[];
}

/** What became of names, by their keys. */
interface Found {
  /** They failed or were left alone. */
  readonly failed: ReadonlySet<string>;
  readonly remade: ReadonlySet<string>;
  /** A directory of extras is in their place. */
  readonly blocked: ReadonlySet<string>;
}

/** The last phases at the destination's end, on its first mover; gives how many extras are left. */
export class LastPhases implements FinishingRun {
  readonly options: Pick<TransferOptions, "confirm" | "dryRun" | "forceDelete">;
  readonly #log: RunLog;
  #extrasLeft = 0;
  readonly #failuresBefore: number;
  /** Names that were asked for in these phases, and did not come. */
  #undelivered = 0;

  constructor(readonly mover: DestinationMover, readonly message: Finish) {
    const { forceDelete, canConfirm } = message;
    this.options = {
      dryRun: this.context.job.dryRun,
      forceDelete,
      ...(canConfirm ? { confirm: (request) => mover.ask(request) } : {}),
    };
    this.#log = message.log;
    this.#failuresBefore = this.#failuresHere;
    for (const one of message.unfinished) mover.unfinished.add(one);
    // Whoever deletes extras finishes their directory, if its source is here; it is not.
    for (const extras of this.#log.extras) this.#log.unfinished.push(extras);
  }

  get context(): MoverContext {
    return this.mover.context;
  }

  /** What could not be put in its place, which is told here, is among what did not come. */
  get failureCount(): number {
    const here = this.#failuresHere - this.#failuresBefore;
    return this.message.failureCount + Math.max(here, this.#undelivered);
  }

  get #failuresHere(): number {
    return totalOf(this.context.memory.counters, Counter.Failures);
  }

  total(counter: number): number {
    const { counters } = this.context.memory;
    return totalOf(counters, counter) + (this.message.others[counter] ?? 0);
  }

  warn(code: string, message: string): void {
    this.mover.say({ type: "warning", code, message });
  }

  leaveExtras(count: number): void {
    this.#extrasLeft = count;
  }

  throwIfStopped(): void {
    if (this.context.stopping) throw new Stopped();
  }

  /** Runs everything that is left to do. */
  async run(): Promise<number> {
    const { context } = this;
    const log = this.#log;
    if (log.links.length > 0) {
      this.mover.beginPhase("links");
      this.#makeLinks(log);
      this.#gather();
    }
    if (context.job.extras) {
      this.mover.beginPhase("delete");
      await removeExtras(this, {
        ...log,
        extras: log.extras.map((extras) => ({ ...extras, finishes: false })),
      });
      this.#gather();
    }
    for (const level of finishLevels(log.unfinished)) {
      this.throwIfStopped();
      for (const task of level) this.#finish(task);
    }
    if (context.job.durable && !context.job.dryRun) {
      this.mover.beginPhase("sync");
      for (const task of syncTasks(context.job, log)) syncFilesystem(context, task);
    }
    this.throwIfStopped();
    context.outbox.flush();
    return this.#extrasLeft;
  }

  inBatches(_name: string, tasks: Iterable<Task>, _log: RunLog): Promise<void> {
    for (const task of tasks) {
      this.throwIfStopped();
      if (task.kind === TaskKind.Delete) processDelete(this.context, task);
      else if (task.kind === TaskKind.DeleteLeaves) deleteLeaves(this.context, task);
      else if (task.kind === TaskKind.RemoveExtra) removeExtra(this.context, task);
    }
    return Promise.resolve();
  }

  deliverBlocked({ entries, links }: Blocked, _log: RunLog): Promise<void> {
    const flags = BatchFlag.LinksNow | BatchFlag.Cleared;
    this.mover.rescan(entries.map(({ source, path, names }): Rescan => {
      return { type: "rescan", source, path, names: [...namesOf(names)], flags };
    }));
    this.throwIfStopped();
    const groups = links.map(({ source, leader, names }): Group => ({
      source,
      leader,
      names: leader === undefined ? names : this.#linkAll(source, leader, names, true, true),
      blocked: [],
    }));
    this.#deliverGroups(groups.filter(({ names }) => names.length > 0), true);
    this.throwIfStopped();
    return Promise.resolve();
  }

  /** What has been put off while finishing is finished as well. */
  #gather(): void {
    const { context } = this;
    gather(this.#log, context.log);
    for (const list of Object.values(context.log)) {
      if (Array.isArray(list)) list.length = 0;
    }
  }

  #finish(task: Task): void {
    const { context, mover } = this;
    const kept = mover.unfinished.find(task);
    if (kept === undefined || context.job.dryRun) return;
    const state = { absent: false, fresh: false };
    const place = openDestination(context, task.source, task.path, state);
    if (place === undefined) return;
    place.origin = new KeptOrigin(kept.attributes);
    restoreRow(kept, context.own, Own.Source);
    finishDirectory(context, place, true);
    closePlace(context, place);
  }

  /**
   * Delivers hard links: the first name of each group (in byte order, as a local run does) is
   * asked for like any file, the others are linked to it. A name that cannot be linked is asked
   * for as a file of its own.
   */
  #makeLinks(log: RunLog): void {
    const groups: Group[] = [];
    const countSame = (names: number): void => this.context.count(Counter.Same, names);
    for (const { source, names: packed } of linkTasks(this.context.job, log.links, countSame)) {
      for (const { leader, names } of unpackGroups(packed)) {
        groups.push({ source, leader, names, blocked: [] });
      }
    }
    log.links.length = 0;
    this.#deliverGroups(groups, false);
    this.mover.listExtras();
  }

  /** `cleared`: the directories in their way have been deleted. */
  #deliverGroups(given: readonly Group[], cleared: boolean): void {
    this.context.groupOf = groupsByName(given);
    let groups = given;
    while (groups.length > 0) {
      this.throwIfStopped();
      const leaders = groups.map(({ source, names }) => ({ source, names: names.slice(0, 1) }));
      const found = this.#deliver(leaders, cleared);
      const next: Group[] = [];
      for (const group of groups) {
        const { source, blocked } = group;
        // Those that cannot be links to this leader may be to another of them.
        group.names = this.#deliverRest(group, found, cleared);
        if (group.names.length > 0) next.push(group);
        else if (blocked.length > 0) {
          this.context.log.blockedLinks.push({ source, leader: group.leader, names: blocked });
        }
      }
      groups = next;
    }
    this.context.groupOf = undefined;
  }

  /** Goes on with a group whose first name has been asked for; gives what is still to be delivered. */
  #deliverRest(group: Group, found: Found, cleared: boolean): readonly LinkName[] {
    const [first, ...others] = group.names;
    if (first === undefined) return [];
    const { source } = group;
    const key = keyOf(source, first);
    if (found.blocked.has(key)) group.blocked.push(first);
    if (found.blocked.has(key) || found.failed.has(key)) return others;
    group.leader = first;
    if (others.length === 0) return [];
    return this.#linkAll(source, first, others, found.remade.has(key), cleared);
  }

  /** Asks for names as files of their own. */
  #deliver(
    groups: readonly { source: number; names: readonly LinkName[] }[],
    cleared: boolean,
  ): Found {
    const byDirectory = new Map<string, { rescan: Rescan; names: Uint8Array[] }>();
    for (const { source, names } of groups) {
      for (const { path, name } of names) {
        const key = `${source} ${pathKey(path)}`;
        let asked = byDirectory.get(key);
        if (asked === undefined) {
          const wanted: Uint8Array[] = [];
          const rescan: Rescan = {
            type: "rescan",
            source,
            path,
            names: wanted,
            flags: cleared ? BatchFlag.LinksNow | BatchFlag.Cleared : BatchFlag.LinksNow,
          };
          byDirectory.set(key, asked = { rescan, names: wanted });
        }
        asked.names.push(trimNul(name));
      }
    }
    const failed = new Set<string>();
    const remade = new Set<string>();
    const blocked = new Set<string>();
    const isPutOff = this.context.job.extras && !cleared;
    this.mover.onRescanned = (source, path, name, need): void => {
      const key = keyOf(source, { path, name });
      if (need === Need.None) this.#undelivered++;
      if (need === Need.Create || need === Need.Replace) remade.add(key);
      else if (need === Need.Blocked && isPutOff) blocked.add(key);
      // What an option has left alone need not hold what the group holds.
      else if (need !== Need.Same && need !== Need.Metadata) failed.add(key);
    };
    this.mover.rescan([...byDirectory.values()].map(({ rescan }) => rescan));
    this.mover.onRescanned = undefined;
    return { failed, remade, blocked };
  }

  #linkAll(
    source: number,
    leader: LinkName,
    others: readonly LinkName[],
    remade: boolean,
    cleared: boolean,
  ): LinkName[] {
    const { context } = this;
    const place = this.#open(source, leader);
    if (place === undefined) return [...others];
    const alone: LinkName[] = [];
    for (const other of others) {
      const there = this.#open(source, other);
      if (there === undefined) continue;
      const made = linkTo(context, place, leader.name, there, other, remade, cleared);
      if (!made) alone.push(other);
      if (there.touched) context.log.unfinished.push({ source, path: other.path });
      closePlace(context, there);
    }
    closePlace(context, place);
    return alone;
  }

  #open(source: number, { path, absent }: LinkName): Place | undefined {
    const place = openDestination(this.context, source, path, { absent, fresh: false });
    if (place === undefined) return undefined;
    place.origin = new KeptOrigin(undefined);
    if (this.context.job.resume !== undefined) place.mayHavePartials = true;
    return place;
  }
}

function keyOf(source: number, { path, name }: Pick<LinkName, "path" | "name">): string {
  return `${source} ${pathKey(path)}/${pathKey(name)}`;
}

/** Finds the whole groups of names. They are not indexed before the first is asked for. */
function groupsByName(groups: readonly Group[]): GroupOf {
  const whole = groups.map(({ source, leader, names }) => {
    return { source, names: leader === undefined ? names : [leader, ...names] };
  });
  let byName: Map<string, readonly LinkName[]> | undefined;
  return (source, path, name) => {
    if (byName === undefined) {
      byName = new Map();
      for (const { source, names } of whole) {
        for (const link of names) byName.set(keyOf(source, link), names);
      }
    }
    return byName.get(keyOf(source, { path, name }));
  };
}

/** The session is being stopped. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}
