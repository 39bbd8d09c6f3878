import { pathKey, trimNul } from "../../entry/path.ts";
import {
  type FinishingRun,
  finishLevels,
  linkTasks,
  namesOf,
  removeExtras,
  syncTasks,
} from "../../finish/mod.ts";
import { finishDirectory } from "../../local/finish_directory.ts";
import { type LinkName, unpackGroups } from "../../local/links.ts";
import { processDelete } from "../../local/delete.ts";
import { linkTo } from "../../local/link_to.ts";
import { removeExtra } from "../../local/remove_extra.ts";
import { syncFilesystem } from "../../local/sync_filesystem.ts";
import { type MoverContext, Own } from "../../movers/context.ts";
import { totalOf } from "../../movers/counters.ts";
import { gather, type LoggedEntries, type RunLog } from "../../movers/run_log.ts";
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

/** The last phases at the destination's end, on its first mover; gives how many extras are left. */
export class LastPhases implements FinishingRun {
  readonly options: Pick<TransferOptions, "confirm" | "dryRun" | "forceDelete">;
  readonly #log: RunLog;
  #extrasLeft = 0;

  constructor(readonly mover: DestinationMover, readonly message: Finish) {
    const { forceDelete, canConfirm } = message;
    this.options = {
      dryRun: this.context.job.dryRun,
      forceDelete,
      ...(canConfirm ? { confirm: (request) => mover.ask(request) } : {}),
    };
    this.#log = message.log;
    for (const one of message.unfinished) mover.unfinished.add(one);
    // Whoever deletes extras finishes their directory, if its source is here; it is not.
    for (const extras of this.#log.extras) this.#log.unfinished.push(extras);
  }

  get context(): MoverContext {
    return this.mover.context;
  }

  get failureCount(): number {
    return this.message.failureCount;
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
      else if (task.kind === TaskKind.RemoveExtra) removeExtra(this.context, task);
    }
    return Promise.resolve();
  }

  deliverBlocked(blocked: readonly LoggedEntries[], _log: RunLog): Promise<void> {
    const flags = BatchFlag.LinksNow | BatchFlag.Cleared;
    this.mover.rescan(blocked.map(({ source, path, names }): Rescan => {
      return { type: "rescan", source, path, names: [...namesOf(names)], flags };
    }));
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
    let groups: { source: number; names: LinkName[] }[] = [];
    for (const task of linkTasks(this.context.job, log.links)) {
      for (const names of unpackGroups(task.names)) groups.push({ source: task.source, names });
    }
    log.links.length = 0;
    while (groups.length > 0) {
      this.throwIfStopped();
      const leaders = groups.map(({ source, names }) => ({ source, names: names.slice(0, 1) }));
      const { failed, remade } = this.#deliver(leaders);
      const next: typeof groups = [];
      for (const { source, names } of groups) {
        const [leader, ...others] = names;
        if (leader === undefined || others.length === 0) continue;
        const key = keyOf(source, leader);
        const alone = failed.has(key)
          ? others
          : this.#linkAll(source, leader, others, remade.has(key));
        // Those that cannot be links to this leader may be to another of them.
        if (alone.length > 0) next.push({ source, names: alone });
      }
      groups = next;
    }
  }

  /** Asks for names as files of their own; gives those that failed or were left alone, and those made anew. */
  #deliver(groups: readonly { source: number; names: readonly LinkName[] }[]): {
    readonly failed: ReadonlySet<string>;
    readonly remade: ReadonlySet<string>;
  } {
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
            flags: BatchFlag.LinksNow,
          };
          byDirectory.set(key, asked = { rescan, names: wanted });
        }
        asked.names.push(trimNul(name));
      }
    }
    const failed = new Set<string>();
    const remade = new Set<string>();
    this.mover.onRescanned = (source, path, name, need): void => {
      const key = keyOf(source, { path, name });
      if (need === Need.Create || need === Need.Replace) remade.add(key);
      // What an option has left alone need not hold what the group holds.
      else if (need !== Need.Same && need !== Need.Metadata) failed.add(key);
    };
    this.mover.rescan([...byDirectory.values()].map(({ rescan }) => rescan));
    this.mover.onRescanned = undefined;
    return { failed, remade };
  }

  #linkAll(
    source: number,
    leader: LinkName,
    others: readonly LinkName[],
    remade: boolean,
  ): LinkName[] {
    const { context } = this;
    const place = this.#open(source, leader);
    if (place === undefined) return [...others];
    const alone: LinkName[] = [];
    for (const other of others) {
      const there = this.#open(source, other);
      if (there === undefined) continue;
      const made = linkTo(context, place, leader.name, there, other, remade);
      if (!made) alone.push(other);
      if (there.touched) context.log.unfinished.push({ source, path: other.path });
      closePlace(context, there);
    }
    closePlace(context, place);
    return alone;
  }

  #open(source: number, { path, absent }: LinkName): Place | undefined {
    const place = openDestination(this.context, source, path, { absent, fresh: false });
    if (place !== undefined) place.origin = new KeptOrigin(undefined);
    return place;
  }
}

function keyOf(source: number, { path, name }: Pick<LinkName, "path" | "name">): string {
  return `${source} ${pathKey(path)}/${pathKey(name)}`;
}

/** The session is being stopped. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}
