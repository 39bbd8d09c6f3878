import { Answer } from "../../../proto/generated/blit.ts";
import type { ListingFailure } from "../../listing/mod.ts";
import type { Sys } from "../../sys/mod.ts";
import { TransferError } from "../../transfer/failure.ts";
import type { Module } from "../server.ts";
import { SessionError } from "../session/session_error.ts";
import { type FromWorker, type ToWorker, WINDOW_BYTES } from "./answer_messages.ts";
import { type AnswerWork, openAnswer } from "./open_answer.ts";

/** An answer has the thread for so long before the next one has its turn. */
const SLICE_MS = 20;
/** What the main thread hears at least this often, while there is anything to do. */
const PULSE_MS = 1000;
/** Failures in one message. */
const MOST_FAILURES = 256;

interface Running {
  readonly id: number;
  readonly work: AnswerWork;
  /** Bytes sent that nobody has taken yet. */
  pendingBytes: number;
  failures: ListingFailure[];
}

/** All answers of one Worker, which have their turns one after the other. */
export class Answering {
  readonly #running = new Map<number, Running>();
  readonly #sys: Sys;
  readonly #say: (message: FromWorker, transfer?: ArrayBuffer) => void;
  readonly #inside: (module: Module) => Module;
  #writer: ReturnType<typeof Answer.encode> | undefined;
  #isTurning = false;
  #saidAt = 0;

  /** @param inside how a module is called from where this thread is */
  constructor(
    sys: Sys,
    say: (message: FromWorker, transfer?: ArrayBuffer) => void,
    inside: (module: Module) => Module,
  ) {
    this.#sys = sys;
    this.#say = (message, transfer) => {
      this.#saidAt = performance.now();
      say(message, transfer);
    };
    this.#inside = inside;
  }

  hear(message: ToWorker): void {
    if (message.type === "begin") this.#begin(message);
    else if (message.type === "stop") this.#end(message.id);
    else {
      const running = this.#running.get(message.id);
      if (running !== undefined) running.pendingBytes -= message.bytes;
    }
    if (!this.#isTurning) void this.#turn();
  }

  #begin({ id, module, question }: ToWorker & { type: "begin" }): void {
    try {
      const work = openAnswer(this.#sys, this.#inside(module), question);
      this.#running.set(id, { id, work, pendingBytes: 0, failures: [] });
    } catch (error) {
      this.#fail(id, error);
    }
  }

  /** Gives everybody a turn until nobody can go on. */
  async #turn(): Promise<void> {
    this.#isTurning = true;
    for (;;) {
      const ready = [...this.#running.values()].filter((one) => one.pendingBytes < WINDOW_BYTES);
      if (ready.length === 0) break;
      for (const one of ready) {
        this.#slice(one);
        // What has been said meanwhile is heard: that nobody wants an answer any more.
        await turnOfLoop();
      }
      if (performance.now() - this.#saidAt > PULSE_MS) this.#say({ type: "pulse" });
    }
    this.#isTurning = false;
  }

  #slice(one: Running): void {
    if (!this.#running.has(one.id)) return;
    const deadline = performance.now() + SLICE_MS;
    try {
      do {
        const step = one.work.next();
        if (step === undefined) {
          this.#flush(one);
          this.#end(one.id);
          this.#say({ type: "over", id: one.id });
          return;
        }
        if (step === null) continue;
        if ("type" in step) {
          one.failures.push(step);
          if (one.failures.length >= MOST_FAILURES) this.#flush(one);
          continue;
        }
        this.#flush(one);
        this.#send(one, step.body, step.entries, 0);
      } while (one.pendingBytes < WINDOW_BYTES && performance.now() < deadline);
      this.#flush(one);
    } catch (error) {
      this.#end(one.id);
      this.#fail(one.id, error);
    }
  }

  /** Sends the failures that wait. */
  #flush(one: Running): void {
    if (one.failures.length === 0) return;
    const failures = one.failures.map(({ path, operation, code, message }) => ({
      path,
      operation,
      code,
      message,
    }));
    one.failures = [];
    this.#send(one, { $case: "failures", value: { failures } }, 0, failures.length);
  }

  #send(one: Running, body: Answer["body"], entries: number, failures: number): void {
    // Given back, a writer keeps its buffer and needs no other; what it gives is a copy.
    const writer = this.#writer;
    this.#writer = undefined;
    const encoded = Answer.encode({ body }, writer);
    const bytes = encoded.finish();
    this.#writer = encoded;
    one.pendingBytes += bytes.length;
    this.#say({ type: "answer", id: one.id, bytes, entries, failures }, bytes.buffer);
  }

  #end(id: number): void {
    this.#running.get(id)?.work.close();
    this.#running.delete(id);
  }

  #fail(id: number, error: unknown): void {
    if (error instanceof SessionError || error instanceof TransferError) {
      const { code, message, exitCode } = error;
      this.#say({ type: "over", id, early: { code, message, exitCode } });
      return;
    }
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    this.#say({ type: "defect", id, stack });
  }
}

/**
 * Resolves when the event loop has turned. A message to oneself would do it sooner, but what other
 * threads say is not heard before it, as long as there is one.
 */
function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
