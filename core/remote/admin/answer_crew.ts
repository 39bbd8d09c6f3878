import { chrootRefusal } from "../../sys/linux/chroot.ts";
import type { AnswerSink, Question } from "../grpc/mod.ts";
import type { Log, Module } from "../server.ts";
import { type Answered, AnswerThread } from "./answer_thread.ts";

/** A Worker without a question waits for the next so long; to start one takes 8-30 ms. */
const IDLE_MS = 60_000;
/** A disk may take so long, with its retries. */
const STUCK_MS = 60_000;

interface Place {
  readonly thread: AnswerThread;
  idleTimer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The Workers that answer questions: one a module, so that a disk that hangs holds up nobody who
 * looks at another.
 */
export class AnswerCrew {
  readonly #places = new Map<string, Place>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Answers a question about a module; see {@linkcode AnswerThread.answer}. */
  async answer(
    module: Module,
    question: Question,
    sink: AnswerSink,
    amount: Answered,
  ): Promise<void> {
    const key = keyOf(module);
    const place = this.#places.get(key) ?? this.#open(key, module);
    clearTimeout(place.idleTimer);
    await place.thread.answer(module, question, sink, amount);
  }

  /** Ends all Workers. */
  close(): void {
    for (const { thread, idleTimer } of [...this.#places.values()]) {
      clearTimeout(idleTimer);
      thread.close();
    }
  }

  #open(key: string, module: Module): Place {
    const place: Place = {
      idleTimer: undefined,
      thread: new AnswerThread({
        stuckMs: STUCK_MS,
        noChroot: (errno) => this.#log.warning(chrootRefusal(module.name, errno)),
        defect: (stack) => this.#log.error(`A defect: ${stack}`),
        ended: () => {
          clearTimeout(place.idleTimer);
          if (this.#places.get(key) === place) this.#places.delete(key);
        },
        idle: () => {
          place.idleTimer = setTimeout(() => place.thread.close(), IDLE_MS);
        },
      }),
    };
    this.#places.set(key, place);
    return place;
  }
}

/** A Worker stays in the root that it has changed to; and a name may be another place's later. */
function keyOf({ name, path, useChroot }: Module): string {
  return `${useChroot} ${path.join()} ${name}`;
}
