import type { SharedMemory } from "../../movers/control.ts";
import type { Job } from "../../movers/job.ts";
import type { Name } from "../../sys/mod.ts";
import { openSockets, type Sockets } from "../../sys/sockets.ts";
import { mayStartWorker } from "../../sys/worker_permission.ts";
import { after } from "../../timer.ts";
import { TransferError } from "../../transfer/failure.ts";
// Not by mod.ts: a Worker is started before the rest is loaded.
import { openWaker, type Waker, WakerWord } from "../data/waker.ts";
import { makeRingMemory } from "../data/ring.ts";
import { LetterBox } from "./letter_box.ts";
import type { MoverBegin, Role } from "./messages.ts";

/** How long a mover that is stopped may take to leave. */
export const PATIENCE_MS = 1500;

/** Workers that wait for the next session at most. */
const IDLE_WORKERS = 4;

/** Workers that have served a session and can serve another: starting one costs 8-30 ms. */
const idle: Worker[] = [];

/** Starts Workers before they are needed (a daemon, when it starts). */
export function prepareWorkers(count: number): void {
  while (idle.length < count) idle.push(startWorker());
}

/** Ends the Workers that wait. */
export function dismissWorkers(): void {
  for (const worker of idle.splice(0)) worker.terminate();
}

function startWorker(): Worker {
  // Beside its source this is TypeScript; bundled, it stands beside the program.
  const isSource = import.meta.url.endsWith("/crew.ts");
  const file = isSource ? "./worker.ts" : "./remote_worker.js";
  const url = new URL(file, import.meta.url);
  if (!mayStartWorker(url)) {
    throw new TransferError(
      "worker-unreadable",
      `Transfers between machines need Workers, and Deno may not read ${url.href}: ` +
        `allow that with --allow-read, besides what is transferred.`,
    );
  }
  return new Worker(url, { type: "module" });
}

/** A root that movers are to change to, if they have the right. */
export interface Chroot {
  /** Absolute, NUL-terminated. */
  readonly root: Name;
  /** Hears why a mover works without; the session goes on. */
  refused(errno: number): void;
}

/** Said by a Worker that could not change its root. */
interface NoChroot {
  readonly type: "no-chroot";
  readonly errno: number;
}

/** A mover has heard of its session. */
interface Begun {
  readonly type: "begun";
}

/** What one mover is to hear of, besides what it says to whoever reads its messages. */
interface SharedWords {
  readonly memory: SharedMemory;
  /** See `MoverBegin`. */
  readonly scan: Int32Array<SharedArrayBuffer>;
}

/** How a mover has spent its time. */
export interface MoverTimes {
  /** Milliseconds that it computed. */
  readonly computedMs: number;
  /** Milliseconds that it waited for the other end, or for the network. */
  readonly waitedMs: number;
  /** Milliseconds that it was in its file systems: the rest, but for want of a processor. */
  readonly storageMs: number;
}

/** One mover of a session, as the main thread sees it. */
export class CrewMover<To, From extends { readonly type: string }> {
  readonly waker: Waker;
  /** The ring that its stream is, where that is no socket. */
  readonly ring: SharedArrayBuffer = makeRingMemory();
  readonly left: Promise<void>;
  readonly #worker: Worker;
  readonly #letters: LetterBox<To>;
  readonly #giveUp: () => void;
  #released: Promise<void> | undefined;
  #isReusable = true;
  #begunAt: number | undefined;

  constructor(
    role: Role,
    job: Job,
    index: number,
    shared: SharedWords,
    sockets: Sockets | undefined,
    chroot: Chroot | undefined,
    hear: (message: From) => void,
    isScout = false,
  ) {
    this.waker = openWaker(sockets);
    this.#worker = idle.pop() ?? startWorker();
    this.#letters = new LetterBox(this.waker);
    const left = Promise.withResolvers<void>();
    this.left = left.promise;
    this.#giveUp = left.resolve;
    const take = (message: From | NoChroot | Begun): void => {
      if (message.type === "begun") {
        this.#begunAt ??= performance.now();
        return;
      }
      if (message.type === "no-chroot") {
        chroot?.refused((message as NoChroot).errno);
        return;
      }
      if (message.type === "left") left.resolve();
      // Whatever it holds, and whichever root it is in.
      if (message.type === "broken") this.#isReusable = false;
      hear(message as From);
    };
    this.#worker.onmessage = (
      { data }: MessageEvent<readonly (From | NoChroot | Begun)[]>,
    ): void => {
      for (const message of data) take(message);
    };
    this.#worker.onerror = (event): void => {
      event.preventDefault();
      this.#isReusable = false;
      hear({ type: "broken", message: event.message } as unknown as From);
      left.resolve();
    };
    const begin: MoverBegin = {
      role,
      job,
      memory: shared.memory,
      index,
      waker: this.waker.memory,
      scan: shared.scan,
      isScout,
      letters: this.#letters.memory,
      ring: this.ring,
      chroot: chroot?.root,
    };
    this.#worker.postMessage(begin);
  }

  /** It has heard of its session. */
  get hasBegun(): boolean {
    return this.#begunAt !== undefined;
  }

  /**
   * How it has spent its time so far, by what its thread has computed in all its life, and waited
   * for a processor, in milliseconds; undefined where that is not known, or it has not begun.
   */
  times(computed: number, ready: number): MoverTimes | undefined {
    const { memory } = this.waker;
    const before = memory[WakerWord.ComputedBefore] ?? -1;
    if (this.#begunAt === undefined || before < 0 || computed < before) return undefined;
    const waitedMs = memory[WakerWord.Waited] ?? 0;
    const computedMs = computed - before;
    const readyMs = Math.max(0, ready - (memory[WakerWord.ReadyBefore] ?? 0));
    const allMs = performance.now() - this.#begunAt;
    return {
      computedMs,
      waitedMs,
      storageMs: Math.max(0, allMs - computedMs - waitedMs - readyMs),
    };
  }

  /** Says something, and wakes the mover to hear it. */
  say(message: To): void {
    this.#letters.say(message);
  }

  /**
   * Waits until the mover has left the session, and keeps its Worker for the next. With a patience,
   * a Worker that does not come back from what it is in (a file system that hangs) is given up.
   */
  async release(patienceMs?: number): Promise<void> {
    this.#released ??= this.#release();
    if (patienceMs === undefined) return await this.#released;
    const timer = after(patienceMs, () => {
      this.#isReusable = false;
      this.#giveUp();
    });
    await this.#released;
    timer.stop();
  }

  async #release(): Promise<void> {
    // One that has not even begun holds nothing, and need not be waited for.
    if (this.#begunAt !== undefined) await this.left;
    else this.#isReusable = false;
    this.#letters.close();
    this.#worker.onmessage = null;
    this.waker.close();
    if (this.#isReusable && idle.length < IDLE_WORKERS) idle.push(this.#worker);
    else this.#worker.terminate();
  }
}

/** The socket calls of the main thread, opened once. */
export function mainSockets(): Sockets | undefined {
  return sockets ??= openSockets();
}

let sockets: Sockets | undefined;
