import type { MoverContext } from "../movers/context.ts";
import { Control, type SharedMemory } from "../movers/control.ts";
import type { StallState, StallWatch } from "../report/stall.ts";
import type { Sys } from "../sys/mod.ts";
import { after, type Timer } from "../timer.ts";
import { TransferError } from "./failure.ts";
import type { TransferOptions } from "./options.ts";

/** A run is watched from when it has lasted so long: watching costs more than tiny jobs do. */
const PATIENCE_MS = 300;
/** How long movers may take to clean up when the run is given up. */
const FAREWELL_MS = 800;

/** What a watched run is asked and told. */
export interface StallingRun {
  readonly memory: SharedMemory;
  readonly options: TransferOptions;
  readonly sys: Sys;
  /** Whether it is in the phase that waits for disks. */
  syncs(): boolean;
  /** Once the run has begun. */
  context(): MoverContext | undefined;
  warn(code: string, message: string): void;
  /** Asks all movers to stop. */
  stop(): void;
  /** Ends the phase, whatever movers are in. */
  giveUp(error: Error): void;
}

/** Watches whether a run between folders of this machine moves. */
export class LocalStall {
  /** Why the run has been given up. */
  error: TransferError | undefined;
  /** What the main thread waits for before there are movers. */
  #reaching: string | undefined;
  #watch: StallWatch | undefined;
  #hasBegun = false;
  #isClosed = false;
  #farewell: Timer | undefined;
  readonly #given = Promise.withResolvers<never>();
  readonly #started = performance.now();

  constructor(readonly run: StallingRun) {
    this.#given.promise.catch(() => {});
  }

  /** Begins to watch, unless it does or the run is young. */
  begin(atOnce = false): void {
    if (this.#hasBegun) return;
    if (!atOnce && performance.now() - this.#started < PATIENCE_MS) return;
    this.#hasBegun = true;
    void this.#begin();
  }

  /** What watches is loaded only by runs that last. */
  async #begin(): Promise<void> {
    const { effortOf, movesWaitFor, stallTimes, StallWatch } = await import("../report/stall.ts");
    if (this.#isClosed) return;
    const { run } = this;
    const ownWait = (): string | undefined => movesWaitFor({ ...run, job: run.context()?.job });
    this.#watch = new StallWatch({
      pulse: () => run.memory.counters,
      effort: () => effortOf(run, run.syncs()),
      isAtRest: () => this.#isAtRest,
      reason: () =>
        this.#reaching ?? ownWait() ?? "movers wait for one another, and none says for what",
      warn: (code, message) => this.#tell(code, message),
      give: (sentence) => this.#give(sentence),
    }, stallTimes(run.options));
  }

  /** The stall that lasts, for progress events. */
  get state(): StallState | undefined {
    return this.#watch?.state;
  }

  /** What is awaited of a file system that may hang; rejects when that takes too long. */
  async reach<Value>(what: string, work: Promise<Value>): Promise<Value> {
    this.begin(true);
    this.#reaching = what;
    work.catch(() => {});
    return await Promise.race([work, this.#given.promise])
      .finally(() => this.#reaching = undefined);
  }

  /** The user wants the run stopped: who does not move will not clean up either. */
  aborted(reason: unknown): void {
    this.#given.reject(reason);
    if (this.state !== undefined) this.#part(reason);
  }

  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
    this.#farewell?.stop();
  }

  /** Between phases nothing is to move: a question may wait for its answer. */
  get #isAtRest(): boolean {
    if (this.#reaching !== undefined) return false;
    return Atomics.load(this.run.memory.control, Control.Pending) === 0;
  }

  #tell(code: string, message: string): void {
    this.run.warn(code, message);
    const { signal } = this.run.options;
    if (signal?.aborted === true) this.#part(signal.reason);
  }

  #give(sentence: string): void {
    this.error = new TransferError("stalled", `${sentence} The run was given up.`);
    this.#given.reject(this.error);
    this.run.stop();
    this.#part(this.error);
  }

  /** Movers that can clean up get the time for it; one that is stuck in the kernel never leaves. */
  #part(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#farewell ??= after(FAREWELL_MS, () => this.run.giveUp(error));
  }
}
