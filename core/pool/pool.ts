import type { MoverContext } from "../movers/context.ts";
import { Control, MOVERS_MAX, type SharedMemory } from "../movers/control.ts";
import { Counter, COUNTERS, earliestOf, totalOf } from "../movers/counters.ts";
import type { Job } from "../movers/job.ts";
import { every } from "../timer.ts";
import type { FromMover, ToMover } from "./messages.ts";
import { Mover } from "./mover.ts";
import { Phase } from "./phase.ts";
import { TaskQueue } from "../movers/queue.ts";
import type { Parcel } from "../movers/outbox.ts";
import { gather, newLog, type RunLog } from "../movers/run_log.ts";
import type { Task } from "../movers/task.ts";
import { turnOfEvents, turnOfTimers } from "../sys/turn_of_events.ts";
import { mayStartWorker } from "../sys/worker_permission.ts";
import { WAITING, WaitWatch } from "./wait_watch.ts";

/** Movers while they compute: two are right for two processors and a warm cache. */
const MOVERS = 2;
/** Work that the main thread does alone before a Worker is worth its start (8-30 ms). */
const ALONE_MS = 25;
/** So many tasks in sight are more than that. */
const MANY_TASKS = 64;
/** A run that lasts so long gets a Worker more, and the main thread becomes the conductor. */
const CONDUCT_MS = 2000;
/** The main thread's CPU time is judged after so long, over as long. */
const JUDGE_MS = 100;
/** Milliseconds after which the waiting main thread looks again by itself. */
const WAIT_MS = 20;
/** How long the main thread works before it lets its event loop turn. */
const TURN_MS = 12;
/** How often a turn waits for a timer: messages alone leave timers unheard. */
const TIMER_MS = 150;
/** The same while a Worker starts: it waits for answers. */
const START_TURN_MS = 2;
/** How often the pool looks whether movers compute or wait. */
const WATCH_MS = 40;

/**
 * The movers of one run: the main thread's own, a Worker when there is work for it, one more in
 * the main thread's place when the run lasts, and others while they wait for storage.
 */
export class MoverPool {
  readonly #workers: PoolWorker[] = [];
  readonly #own: Mover;
  readonly #queue: TaskQueue;
  readonly #started = performance.now();
  /** How often the event loop has turned. */
  #usedBefore: number | undefined;
  #judgedFrom: number | undefined;
  /** For so many milliseconds no Worker is started, once that is known. */
  #alone: number | undefined;
  /** Without, the main thread does it all: slower, and a file system that hangs stops it. */
  #mayStart: boolean | undefined;
  /** The main thread makes no call of the movers. */
  readonly conducts: boolean;
  /** The main thread has handed its part over. */
  #conducting: boolean;
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
    /** The main thread makes no call of the movers: a file system may hang. */
    conducts = false,
    /** Asked once, before a Worker is started: how many milliseconds the run shall do without. */
    readonly aloneMs: () => number = (): number => 0,
  ) {
    this.#conducting = this.conducts = conducts && mayStartWorker(workerFile());
    this.#own = new Mover(context);
    this.#queue = new TaskQueue(memory);
    context.onSubdirectories = (count): void => {
      if (count >= MANY_TASKS && this.#workers.length === 0) this.#staff(performance.now(), count);
    };
    Atomics.store(memory.control, Control.Limit, MOVERS_MAX);
  }

  /** Threads that have worked, or were started to. */
  get movers(): number {
    return this.#workers.length + (this.conducts ? 0 : 1);
  }

  /** Sum of one counter over all movers. */
  total(counter: number): number {
    return totalOf(this.memory.counters, counter);
  }

  /** The smallest value of one counter that a mover has set. */
  earliest(counter: number): number | undefined {
    return earliestOf(this.memory.counters, counter);
  }

  /** Runs tasks and all that they find; gives what was put off. */
  async run(tasks: readonly Task[]): Promise<RunLog> {
    for (let mover = 0; mover < MOVERS_MAX; mover++) {
      this.memory.counters[mover * COUNTERS + Counter.Fraction] = 0;
    }
    if (tasks.length === 0) return newLog();
    const phase = this.#phase = new Phase(this.memory);
    Atomics.store(this.memory.control, Control.Pending, tasks.length);
    if (this.#conducting) this.#deal(phase, tasks);
    else {
      this.#own.accept(tasks);
      for (const worker of this.#workers) if (worker.ready) this.#join(worker);
      await this.#work();
    }
    if (this.#conducting || phase.isShared) await this.#conduct(phase);
    this.context.outbox.flush();
    gather(phase.log, this.context.log);
    this.context.log = newLog();
    this.#phase = undefined;
    if (this.#failure !== undefined) throw this.#failure;
    return phase.log;
  }

  /**
   * The main thread works as the first mover, letting its event loop turn now and then, until the
   * phase is over or it becomes the conductor.
   */
  async #work(): Promise<void> {
    const { control } = this.memory;
    let turn = performance.now();
    let timer = turn;
    while (Atomics.load(control, Control.Pending) > 0 && this.#failure === undefined) {
      const seen = Atomics.load(control, Control.Signal);
      const worked = this.#own.step();
      const now = performance.now();
      if (worked && now - turn < (this.#starting ? START_TURN_MS : TURN_MS)) continue;
      this.context.outbox.flush();
      this.onTurn();
      if (worked) {
        this.#staff(now);
        const byTimer = now - timer > TIMER_MS;
        await turnFor(byTimer);
        turn = performance.now();
        if (byTimer) timer = turn;
      } else {
        await this.#wait(seen);
        turn = 0; // whatever came in shall be heard before the next step
      }
      if (this.#mayConduct() && this.#giveAll()) {
        this.#conducting = true;
        return;
      }
    }
    this.#queue.wake();
  }

  /** Whether a Worker has been started that is not ready yet. */
  get #starting(): boolean {
    for (const worker of this.#workers) if (!worker.ready) return true;
    return false;
  }

  /** Starts the Workers that the work in sight deserves. */
  #staff(now: number, tasks = this.#own.depth): void {
    const movers = this.wanted ?? MOVERS;
    const worthIt = tasks >= MANY_TASKS || now - this.#started > ALONE_MS;
    if (movers < 2 || !worthIt || (tasks === 0 && this.#workers.length === 0)) return;
    if (!(this.#mayStart ??= mayStartWorker(workerFile()))) return;
    if (this.#workers.length === 0 && now - this.#started < (this.#alone ??= this.aloneMs())) {
      return;
    }
    const lasts = now - this.#started > CONDUCT_MS || this.#waits(now);
    const wanted = lasts ? movers : movers - 1;
    while (this.#workers.length < wanted) this.#add();
  }

  /** Whether the main thread mostly waits for storage: then more movers than processors pay. */
  #waits(now: number): boolean {
    const elapsed = now - this.#started;
    if (elapsed < JUDGE_MS) return false;
    const { sys } = this.context;
    const thread = sys.threadId();
    const cpu = sys.threadCpuNs(thread);
    if (cpu < 0) return false;
    // Where others have the processors it waits for those: more movers would only make it worse.
    const used = (cpu + sys.threadReadyNs(thread)) / 1e6;
    this.#usedBefore ??= used;
    this.#judgedFrom ??= now;
    const wall = now - this.#judgedFrom;
    return wall > JUDGE_MS && (used - this.#usedBefore) / wall < WAITING;
  }

  /**
   * Once a run lasts, the main thread hands its part to a Worker of its own and stays free for
   * progress, signals and questions, however long a system call takes.
   */
  #mayConduct(): boolean {
    const movers = this.wanted ?? MOVERS;
    return this.#workers.length >= movers && !this.#own.busy &&
      this.#workers.every((worker) => worker.ready);
  }

  /** Waits until another mover has something to give, or the phase is over. */
  async #wait(seen: number): Promise<void> {
    const { control } = this.memory;
    Atomics.add(control, Control.Idle, 1);
    const waiting = Atomics.waitAsync(control, Control.Signal, seen, WAIT_MS);
    if (waiting.async) await waiting.value;
    Atomics.sub(control, Control.Idle, 1);
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

  /** A ready Worker takes part in the phase that runs: it gets half of what waits here. */
  #join(worker: PoolWorker): void {
    if (this.#phase?.join() !== true) return;
    const { depth } = this.#own;
    const count = this.#conducting ? depth : depth >> 1;
    worker.say({ type: "phase", tasks: this.#own.surrender(count) });
  }

  /** Gives the main thread's tasks to the Workers; false when the queue has no room for all. */
  #giveAll(): boolean {
    const kept = this.#own.surrender(this.#own.depth).filter((task) => !this.#queue.give(task));
    this.#own.accept(kept);
    return kept.length === 0;
  }

  /** Deals the tasks of a new phase out to the Workers. */
  #deal(phase: Phase, tasks: readonly Task[]): void {
    const ready = this.#workers.filter((worker) => worker.ready && phase.join());
    if (ready.length === 0) {
      // Whoever is ready first takes all.
      this.#own.accept(tasks);
      while (this.#workers.length < (this.wanted ?? MOVERS)) this.#add();
      return;
    }
    ready.forEach((worker, at) => {
      const share = tasks.filter((_, task) => task % ready.length === at);
      worker.say({ type: "phase", tasks: share });
    });
  }

  async #conduct(phase: Phase): Promise<void> {
    if (!this.#conducting) return await phase.over.promise;
    this.onTurn();
    const watch = this.wanted === undefined
      ? new WaitWatch(this.context.sys, this.memory)
      : undefined;
    const timer = watch && every(WATCH_MS, () => {
      const count = watch.judge(this.#workers.length);
      if (count > this.#workers.length) this.#add();
    });
    try {
      await phase.over.promise;
    } finally {
      timer?.stop();
    }
  }

  /** Ends the phase that runs, whatever its movers are in: it throws the error. */
  giveUp(error: Error): void {
    this.#failure ??= error;
    this.#phase?.over.resolve();
  }

  /** Ends all Workers. */
  end(): void {
    for (const worker of this.#workers) worker.end();
    this.#workers.length = 0;
    this.context.release();
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
    this.#worker = new Worker(workerFile(), { type: "module" });
    this.#worker.onerror = (event): void => {
      event.preventDefault();
      listener.broken(event.message);
    };
    this.#worker.onmessage = (event: MessageEvent<FromMover>): void => {
      const message = event.data;
      if (message.type === "ready") {
        this.ready = true;
        listener.ready();
      } else if (message.type === "parcel") listener.parcel(message.parcel);
      else if (message.type === "done") listener.done(message.log);
      else listener.broken(message.message);
    };
    // Kept until it listens, which a Worker without top-level await does when it has been loaded.
    // The first message of a process makes V8 drop what it has compiled of what handles bytes, so
    // it had better be early.
    this.say({ type: "begin", job, memory, index });
  }

  say(message: ToMover): void {
    this.#worker.postMessage(message);
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** Beside its source this is TypeScript; bundled, it stands beside the program. */
function workerFile(): URL {
  const isSource = import.meta.url.endsWith("/pool.ts");
  return new URL(isSource ? "./mover_worker.ts" : "./mover_worker.js", import.meta.url);
}

/** Lets messages and signals have their turn, or timers too. */
function turnFor(byTimer: boolean): Promise<void> {
  return byTimer ? turnOfTimers() : turnOfEvents();
}
