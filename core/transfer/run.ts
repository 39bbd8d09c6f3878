import { parseLocalPath, type PathLike, resolveSources } from "../endpoint/mod.ts";
import { reachRoots } from "../endpoint/reach_roots.ts";
import { kindWord } from "../entry/kind.ts";
import type { Blocked, FinishingRun } from "../finish/finishing_run.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { AbortReason, Control } from "../movers/control.ts";
import { heldFilesystemTypes } from "../movers/filesystem_types.ts";
import type { Job } from "../movers/job.ts";
import { openContext } from "../pool/open_context.ts";
import type { Parcel } from "../movers/outbox.ts";
import { entriesOf } from "../movers/told_entries.ts";
import { MoverPool } from "../pool/pool.ts";
import { type Task, TaskFlag, TaskKind } from "../movers/task.ts";
import { gather, newLog, type RunLog } from "../movers/run_log.ts";
import { jobName } from "../predict/job_name.ts";
// Not by mod.ts: only what is asked on the way.
import { expectedAloneMs } from "../predict/route.ts";
import { type Name, openSys, type Sys } from "../sys/mod.ts";
import { every, type Timer } from "../timer.ts";
import type { TransferEvent, TransferSummary } from "./events.ts";
import { TransferError } from "./failure.ts";
import { isBrief } from "./is_brief.ts";
import { LocalStall } from "./local_stall.ts";
import { makeDirectories } from "./make_directories.ts";
import { jobOptions, makeJob } from "./make_job.ts";
import type { TransferOptions, Work } from "./options.ts";
import {
  batches,
  directoryLevels,
  entryTasks,
  finishLevels,
  rootTasks,
  syncTasks,
} from "../finish/phase_tasks.ts";
import { progressEvent } from "../report/progress.ts";
import { newMemory } from "../pool/memory.ts";
import { renameSources } from "./rename_sources.ts";
import { failureEvent } from "../report/sentence.ts";
import { Tally } from "../report/tally.ts";

/** One transfer under way. */
export class Run implements FinishingRun {
  readonly tally = new Tally();
  readonly #started = performance.now();
  readonly memory = newMemory();
  #phase = "transfer";
  #timer: Timer | undefined;
  #removal: Promise<typeof import("../finish/remove_extras.ts")> | undefined;
  #pool: MoverPool | undefined;
  #context: MoverContext | undefined;
  #sys: Sys | undefined;
  #stall: LocalStall | undefined;
  #moved = 0;
  #mayHang = false;
  /** When both ends had been looked at, and when everything had been compared and written. */
  #begun = this.#started;
  #swept = this.#started;
  readonly #onAbort = (): void => {
    this.#stop();
    this.#stall?.aborted(this.options.signal?.reason);
  };
  /** Directories alone cannot be made equal: hard links may lead out of them. */
  needsWhole = false;

  /** With `directories`, paths beneath both roots, only these are compared. */
  constructor(
    readonly verb: Work,
    readonly options: TransferOptions,
    readonly directories?: readonly Name[],
  ) {}

  /** The job, once begun. */
  get job(): Job {
    return this.context.job;
  }

  /** The main thread's mover context, once begun. */
  get context(): MoverContext {
    if (this.#context === undefined) throw new Error("The run has not begun.");
    return this.#context;
  }

  get pool(): MoverPool {
    if (this.#pool === undefined) throw new Error("The run has not begun.");
    return this.#pool;
  }

  /** Looks at both ends, refuses what cannot work, and makes the destination directory. */
  async begin(sources: readonly PathLike[], destination: PathLike): Promise<void> {
    const { options, verb } = this;
    const { sys, warning } = await openSys();
    this.#sys = sys;
    if (warning !== undefined) this.warn("portable-backend", warning);
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    const stall = this.#stall = this.#watchStall(sys);
    const filter = options.filter === undefined
      ? undefined
      : (await import("../filter/mod.ts")).buildFilterSpec(options.filter);
    const parsed = sources.map(parseLocalPath)
      // Listed paths are relative to the source itself, with or without a slash, as with rsync.
      .map((path) => filter?.files === undefined ? path : { ...path, content: true });
    const target = parseLocalPath(destination);
    const filtered = (options.filter?.rules?.length ?? 0) > 0;
    const dryRun = options.dryRun ?? false;
    const mayHang = this.#mayHang = await reachRoots(
      sys,
      [...parsed, target],
      (what, work) => stall.reach(what, work),
    );
    let resolved = resolveSources(sys, verb, parsed, target, dryRun, filtered);
    const job = makeJob(sys, verb, jobOptions(options, filter), resolved);
    if (options.onBegin !== undefined && !isBrief(sys, job)) options.onBegin();
    makeDirectories(sys, job);
    if (verb === "move") {
      const { left, renamed } = renameSources(sys, job, resolved);
      this.#moved = renamed.length;
      for (const event of renamed) if (job.reportEntries) this.emit(event);
      resolved = left;
    }
    const context = await openContext(
      { ...job, sources: resolved, mayHang },
      this.memory,
      0,
      (parcel) => this.#take(parcel),
      sys,
    );
    this.#context = context;
    this.#pool = new MoverPool(
      context.job,
      this.memory,
      context,
      (parcel) => this.#take(parcel),
      options.workers,
      () => this.#watch(),
      mayHang,
      options.useHistory === true && options.workers === undefined
        ? () => expectedAloneMs(jobName(verb, sources, destination, options))
        : undefined,
    );
    this.#begun = this.#swept = performance.now();
  }

  #watchStall(sys: Sys): LocalStall {
    return new LocalStall({
      memory: this.memory,
      options: this.options,
      sys,
      syncs: () => this.#phase === "sync",
      context: () => this.#context,
      warn: (code, message) => this.warn(code, message),
      stop: () => this.#stop(),
      giveUp: (error) => this.#pool?.giveUp(error),
    });
  }

  /** Runs all phases. */
  async transfer(): Promise<void> {
    const { job } = this;
    const log = this.directories === undefined
      ? await this.phase("transfer", rootTasks(job))
      : await this.#sweepDirectories(this.directories);
    this.#swept = performance.now();
    if (this.needsWhole) return;
    if (log.links.length > 0) {
      const { linkTasks } = await import("../finish/link_tasks.ts");
      const countSame = (names: number): void => this.context.count(Counter.Same, names);
      await this.inBatches("links", linkTasks(job, log.links, countSame), log);
    }
    if (job.extras) {
      const { removeExtras } = await this.#loadRemoval();
      await removeExtras(this, log);
    }
    for (const level of finishLevels(log.unfinished)) await this.inBatches("finish", level, log);
    const failuresBefore = this.tally.failureCount;
    if (job.durable && !job.dryRun) {
      await this.phase("sync", syncTasks(job, log));
    }
    if (this.tally.failureCount > failuresBefore) return; // what is not on disk has not arrived
    if (this.verb === "move") {
      const { removeArrived } = await import("./remove_arrived.ts");
      await removeArrived(this);
    }
  }

  /** Only these directories, those above before those beneath, which they may make. */
  async #sweepDirectories(directories: readonly Name[]): Promise<RunLog> {
    const log = newLog();
    for (const tasks of directoryLevels(directories)) {
      gather(log, await this.phase("transfer", tasks));
    }
    this.needsWhole = log.links.length > 0;
    return log;
  }

  /** Runs the tasks of one phase; throws when the run was stopped in it. */
  async phase(name: string, tasks: readonly Task[]): Promise<RunLog> {
    this.#phase = name;
    const log = await this.pool.run(tasks);
    this.throwIfStopped();
    return log;
  }

  /** Runs tasks a number at a time, so that only few are unpacked at once; adds to `log`. */
  async inBatches(name: string, tasks: Iterable<Task>, log: RunLog): Promise<void> {
    for (const batch of batches(tasks)) {
      const added = await this.phase(name, batch);
      gather(log, added);
    }
  }

  get failureCount(): number {
    return this.tally.failureCount;
  }

  total(counter: number): number {
    return this.pool.total(counter);
  }

  leaveExtras(count: number): void {
    this.tally.extrasLeft = count;
  }

  async deliverBlocked({ entries, links }: Blocked, log: RunLog): Promise<void> {
    const tasks = entryTasks(TaskKind.Batch, entries, TaskFlag.Links | TaskFlag.Cleared);
    await this.inBatches("blocked", tasks, log);
    if (links.length === 0) return;
    const { clearedLinkTasks } = await import("../finish/link_tasks.ts");
    await this.inBatches("links", clearedLinkTasks(links), log);
  }

  /** Throws the signal's reason, or the failure that made going on pointless. */
  throwIfStopped(): void {
    if (this.#stall?.error !== undefined) throw this.#stall.error;
    const reason = Atomics.load(this.memory.control, Control.Abort);
    if (reason === AbortReason.Signal) this.options.signal?.throwIfAborted();
    if (reason === AbortReason.None) return;
    const fatal = this.tally.failures.find((failure) => FATAL_CODES.has(failure.code));
    throw new TransferError(
      fatal?.code ?? "aborted",
      `${fatal?.message ?? "The run was stopped."} Stopped: nothing further was written.`,
    );
  }

  emit(event: TransferEvent): void {
    this.options.onEvent?.(event);
  }

  warn(code: string, message: string): void {
    const event = { type: "warning", code, message } as const;
    this.tally.warnings.push(event);
    this.emit(event);
  }

  #take(parcel: Parcel): void {
    for (const { action, kind, path, size } of entriesOf(parcel.entries)) {
      this.emit({ type: "entry", action, kind: kindWord(kind), path, size });
    }
    for (const record of parcel.failures) {
      const event = failureEvent(record);
      if (this.tally.failed(event)) this.emit(event);
    }
  }

  #stop(): void {
    Atomics.compareExchange(
      this.memory.control,
      Control.Abort,
      AbortReason.None,
      AbortReason.Signal,
    );
    Atomics.add(this.memory.control, Control.Signal, 1);
    Atomics.notify(this.memory.control, Control.Signal);
  }

  /** What deletes; loaded once, which takes 3 ms that the movers would wait. */
  #loadRemoval(): Promise<typeof import("../finish/remove_extras.ts")> {
    return this.#removal ??= import("../finish/remove_extras.ts");
  }

  /** Starts the progress timer once the event loop turns: a tiny job is over before. */
  #watch(): void {
    this.#stall?.begin();
    if (this.#context !== undefined && this.#context.log.extras.length > 0) {
      this.#loadRemoval().catch(() => {}); // told when it is needed
    }
    const { progressIntervalMs = 0 } = this.options;
    if (this.#timer !== undefined || progressIntervalMs <= 0) return;
    this.#timer = every(progressIntervalMs, () => this.#progress());
  }

  #progress(): void {
    const elapsedMs = performance.now() - this.#started;
    const { failureCount } = this.tally;
    this.emit(progressEvent(this.pool, failureCount, this.#phase, elapsedMs, this.#stall?.state));
  }

  /** What the run did. */
  end(): TransferSummary {
    if (this.options.progressIntervalMs) this.#progress();
    return {
      ...this.tally.summary(
        this.pool,
        this.job,
        this.context.sys.name,
        performance.now() - this.#started,
        this.#moved,
      ),
      ...heldFilesystemTypes(this.context, this.#mayHang),
      planMs: this.#begun - this.#started,
      copyMs: this.#swept - this.#begun,
      movers: this.pool.movers,
    };
  }

  close(): void {
    // Even a needless call costs 4 ms: it loads the timers.
    this.#timer?.stop();
    this.options.signal?.removeEventListener("abort", this.#onAbort);
    this.#stall?.close();
    this.#pool?.end();
    this.#sys?.end();
  }
}

const FATAL_CODES: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EROFS"]);
