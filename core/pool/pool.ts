import type { MoverContext } from "../movers/context.ts";
import { Control, MOVERS_MAX, type SharedMemory } from "../movers/control.ts";
import { Counter, COUNTERS } from "../movers/counters.ts";
import type { Job } from "../movers/job.ts";
import type { FromMover, ToMover } from "./messages.ts";
import { Mover } from "./mover.ts";
import type { Parcel } from "../movers/outbox.ts";
import { gather, newLog, type RunLog } from "../movers/run_log.ts";
import type { Task } from "../movers/task.ts";
import { WaitWatch } from "./wait_watch.ts";

/** Work that the main thread does alone before Workers are worth their start (8-30 ms each). */
const ALONE_MS = 25;
/** How long the main thread works before it lets its event loop turn. */
const TURN_MS = 12;
/** How often the pool looks whether movers compute or wait. */
const WATCH_MS = 40;

/**
 * The movers of one run: the main thread's own, and Workers, started when there is work for
 * them and added while the movers that run spend their time waiting for storage.
 */
export class MoverPool {
  readonly #workers: PoolWorker[] = [];
  readonly #own: Mover;
  #phase: Phase | undefined;
  #failure: Error | undefined;

  constructor(
    readonly job: Job,
    readonly memory: SharedMemory,
    readonly context: MoverContext,
    readonly onParcel: (parcel: Parcel) => void,
    /** How many movers were asked for; undefined leaves it to the pool. */
    readonly wanted: number | undefined,
    /** Called whenever the event loop is about to turn. */
    readonly onTurn: () => void,
  ) {
    this.#own = new Mover(context);
    Atomics.store(memory.control, Control.Limit, MOVERS_MAX);
  }

  /** Sum of one counter over all movers. */
  total(counter: number): number {
    let sum = 0;
    for (let mover = 0; mover < MOVERS_MAX; mover++) {
      sum += this.memory.counters[mover * COUNTERS + counter] ?? 0;
    }
    return sum;
  }

  /** The smallest value of one counter that a mover has set. */
  earliest(counter: number): number | undefined {
    let earliest: number | undefined;
    for (let mover = 0; mover < MOVERS_MAX; mover++) {
      const value = this.memory.counters[mover * COUNTERS + counter] ?? 0;
      if (value > 0 && (earliest === undefined || value < earliest)) earliest = value;
    }
    return earliest;
  }

  /** Runs tasks and all that they find; gives what was put off. */
  async run(tasks: readonly Task[]): Promise<RunLog> {
    for (let mover = 0; mover < MOVERS_MAX; mover++) {
      this.memory.counters[mover * COUNTERS + Counter.Fraction] = 0;
    }
    if (tasks.length === 0) return newLog();
    const phase = this.#phase = new Phase();
    Atomics.store(this.memory.control, Control.Pending, tasks.length);
    this.#own.accept(tasks);
    // Once Workers run, the main thread is only the conductor: it stays free for people.
    if (this.#workers.some((worker) => worker.ready)) this.#handOver(phase);
    else await this.#runAlone(phase);
    if (phase.joined > 0) await this.#conduct(phase);
    this.context.outbox.flush();
    gather(phase.log, this.context.log);
    this.context.log = newLog();
    this.#phase = undefined;
    if (this.#failure !== undefined) throw this.#failure;
    return phase.log;
  }

  async #runAlone(phase: Phase): Promise<void> {
    const start = performance.now();
    let turn = start;
    const several = (this.wanted ?? 2) > 1;
    while (Atomics.load(this.memory.control, Control.Pending) > 0) {
      // A task that another mover holds is the only thing left: wait for it there.
      if (!this.#own.step() || this.#failure !== undefined) break;
      const now = performance.now();
      if (now - turn < TURN_MS) continue;
      if (several && now - start > ALONE_MS && this.#own.depth > 0 && this.#workers.length === 0) {
        this.#start(this.wanted ?? 2);
      }
      this.context.outbox.flush();
      this.onTurn();
      await turnOfEvents();
      turn = performance.now();
      if (this.#workers.length > 0 && this.#workers.every((worker) => worker.ready)) {
        if (!this.#own.busy) {
          this.#handOver(phase);
          return;
        }
      }
    }
  }

  #start(count: number): void {
    while (this.#workers.length < count) this.#add();
  }

  #add(): void {
    const index = this.#workers.length + 1; // 0 is the main thread's
    const worker = new PoolWorker(this.job, this.memory, index, {
      parcel: this.onParcel,
      done: (log) => this.#phase?.left(log),
      broken: (message) => {
        this.#failure = new Error(`A mover broke: ${message}`);
        this.#phase?.over.resolve();
      },
      ready: () => this.#join(worker),
    });
    this.#workers.push(worker);
  }

  /** A Worker that became ready while a phase is being conducted takes part in it. */
  #join(worker: PoolWorker): void {
    const phase = this.#phase;
    if (phase === undefined || !phase.conducted) return;
    phase.joined++;
    worker.say({ type: "phase", tasks: [] });
  }

  #handOver(phase: Phase): void {
    const ready = this.#workers.filter((worker) => worker.ready);
    const tasks = this.#own.surrender();
    phase.conducted = true;
    phase.joined = ready.length;
    ready.forEach((worker, at) => {
      worker.say({
        type: "phase",
        tasks: tasks.filter((_, task) => task % ready.length === at),
      });
    });
  }

  async #conduct(phase: Phase): Promise<void> {
    this.onTurn();
    const watch = this.wanted === undefined
      ? new WaitWatch(this.context.sys, this.memory)
      : undefined;
    const timer = watch && setInterval(() => {
      const count = watch.judge(this.#workers.length);
      if (count > this.#workers.length) this.#add();
    }, WATCH_MS);
    try {
      await phase.over.promise;
    } finally {
      clearInterval(timer);
    }
  }

  /** Ends all Workers. */
  end(): void {
    for (const worker of this.#workers) worker.end();
    this.#workers.length = 0;
    this.context.release();
  }
}

/** Who takes part in a phase, and what they put off. */
class Phase {
  readonly log: RunLog = newLog();
  conducted = false;
  joined = 0;
  readonly over = Promise.withResolvers<void>();

  left(log: RunLog): void {
    gather(this.log, log);
    if (--this.joined === 0) this.over.resolve();
  }
}

/** What a Worker can bring about. */
interface Listener {
  readonly parcel: (parcel: Parcel) => void;
  readonly done: (log: RunLog) => void;
  readonly broken: (message: string) => void;
  readonly ready: () => void;
}

class PoolWorker {
  ready = false;
  readonly #worker: Worker;

  constructor(job: Job, memory: SharedMemory, index: number, listener: Listener) {
    // Beside its source this is TypeScript; bundled, it stands as mover.js beside the program.
    const file = import.meta.url.endsWith("/pool.ts") ? "./mover_worker.ts" : "./mover_worker.js";
    this.#worker = new Worker(new URL(file, import.meta.url), { type: "module" });
    this.#worker.onerror = (event): void => {
      event.preventDefault();
      listener.broken(event.message);
    };
    this.#worker.onmessage = (event: MessageEvent<FromMover>): void => {
      const message = event.data;
      if (message.type === "up") this.say({ type: "begin", job, memory, index });
      else if (message.type === "ready") {
        this.ready = true;
        listener.ready();
      } else if (message.type === "parcel") listener.parcel(message.parcel);
      else if (message.type === "done") listener.done(message.log);
      else listener.broken(message.message);
    };
  }

  say(message: ToMover): void {
    this.#worker.postMessage(message);
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** Lets timers, messages and signals have their turn. */
function turnOfEvents(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
