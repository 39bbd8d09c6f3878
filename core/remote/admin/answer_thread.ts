import type { AnswerSink, Question } from "../grpc/mod.ts";
import type { Module } from "../server.ts";
import { SessionError } from "../session/session_error.ts";
import { type FromWorker, type ToWorker, WINDOW_BYTES } from "./answer_messages.ts";

/** How often is looked whether the Worker says anything. */
const LOOK_MS = 1000;

/** How an answer went. */
export interface Answered {
  entries: number;
  failures: number;
}

interface Order {
  readonly sink: AnswerSink;
  readonly amount: Answered;
  readonly done: PromiseWithResolvers<void>;
  /** Bytes that the client has not taken yet. */
  pendingBytes: number;
}

/** What {@linkcode AnswerThread} is made with. */
export interface AnswerThreadOptions {
  /** A Worker that has something to do and says nothing for so long is given up. */
  readonly stuckMs: number;
  /** It could not change its root, and goes on without. */
  noChroot(errno: number): void;
  /** Something that must not happen has happened. */
  defect(stack: string): void;
  /** Nothing more can be asked of it. */
  ended(): void;
  /** It has nothing to do. */
  idle(): void;
}

/** A Worker that answers questions, as the main thread sees it. */
export class AnswerThread {
  readonly #worker = startWorker();
  readonly #options: AnswerThreadOptions;
  readonly #orders = new Map<number, Order>();
  #lastId = 0;
  #heardAt: number = performance.now();
  #lookedAt: number = performance.now();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: AnswerThreadOptions) {
    this.#options = options;
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>): void => this.#hear(data);
    this.#worker.onerror = (event): void => {
      event.preventDefault();
      options.defect(event.message);
      this.#giveUp(new Error(event.message));
    };
  }

  /** Whether it has anything to do. */
  get isBusy(): boolean {
    return this.#orders.size > 0;
  }

  /**
   * Answers a question into `sink`; `amount` grows with what has been sent.
   *
   * @throws {SessionError} for what the client is to be told
   * @throws {LinkError} when the client has left
   */
  async answer(
    module: Module,
    question: Question,
    sink: AnswerSink,
    amount: Answered,
  ): Promise<void> {
    sink.gone.throwIfAborted();
    const id = ++this.#lastId;
    const order: Order = { sink, amount, done: Promise.withResolvers(), pendingBytes: 0 };
    const leave = (): void => {
      this.#say({ type: "stop", id });
      order.done.reject(sink.gone.reason);
    };
    sink.gone.addEventListener("abort", leave, { once: true });
    this.#watch();
    this.#orders.set(id, order);
    this.#say({ type: "begin", id, module, question });
    try {
      await order.done.promise;
    } finally {
      sink.gone.removeEventListener("abort", leave);
      this.#orders.delete(id);
      if (!this.isBusy) this.#rest();
    }
  }

  /** Ends the Worker, and every answer that it is at. */
  close(): void {
    this.#giveUp(new SessionError("stopping", "The daemon is stopping."));
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    this.#heardAt = performance.now();
    if (message.type === "no-chroot") this.#options.noChroot(message.errno);
    if (message.type === "pulse" || message.type === "no-chroot") return;
    const order = this.#orders.get(message.id);
    if (order === undefined) return;
    if (message.type === "answer") this.#pass(message, order);
    else if (message.type === "defect") {
      this.#options.defect(message.stack);
      order.done.reject(new Error("A defect."));
    } else if (message.early === undefined) order.done.resolve();
    else {
      const { code, message: sentence, exitCode } = message.early;
      order.done.reject(new SessionError(code, sentence, exitCode));
    }
  }

  #pass({ id, bytes, entries, failures }: FromWorker & { type: "answer" }, order: Order): void {
    const { length } = bytes;
    order.amount.entries += entries;
    order.amount.failures += failures;
    order.pendingBytes += length;
    order.sink.send(bytes).then(() => {
      order.pendingBytes -= length;
      this.#say({ type: "taken", id, bytes: length });
    }, (error) => {
      this.#say({ type: "stop", id });
      order.done.reject(error);
    });
  }

  #watch(): void {
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    if (!this.isBusy) this.#heardAt = performance.now();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#options.idle();
  }

  #look(): void {
    const now = performance.now();
    // What was said while this process was stopped or busy is heard first.
    if (now - this.#lookedAt > 3 * LOOK_MS) this.#heardAt = now;
    this.#lookedAt = now;
    const isAtIt = [...this.#orders.values()].some((one) => one.pendingBytes < WINDOW_BYTES);
    if (!isAtIt) this.#heardAt = now;
    if (now - this.#heardAt < this.#options.stuckMs) return;
    const seconds = Math.round((now - this.#heardAt) / 1000);
    const message = `Nothing could be read for ${seconds} s: the disk takes too long.`;
    this.#giveUp(new SessionError("stuck", message));
  }

  #giveUp(reason: Error): void {
    this.#worker.terminate();
    clearInterval(this.#timer);
    this.#options.ended();
    for (const { done } of this.#orders.values()) done.reject(reason);
  }
}

function startWorker(): Worker {
  // Beside its source this is TypeScript; bundled, it stands beside the program.
  const isSource = import.meta.url.endsWith("/answer_thread.ts");
  const file = isSource ? "./answer_worker.ts" : "./answer_worker.js";
  return new Worker(new URL(file, import.meta.url), { type: "module" });
}
