import { Control, type SharedMemory } from "../movers/control.ts";
import { gather, newLog, type RunLog } from "../movers/run_log.ts";

/** Which Workers take part in a phase, and what they put off. */
export class Phase {
  readonly log: RunLog = newLog();
  /** Settled when all who take part have left, or it is given up. */
  readonly over: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  /** Workers take part, or have. */
  isShared = false;
  readonly #control: SharedMemory["control"];
  #joined = 0;

  constructor({ control }: Pick<SharedMemory, "control">) {
    this.#control = control;
  }

  /**
   * Takes a Worker in. Not if nothing is pending any more: then those who took part may all have
   * left, and nobody would wait for this one, which would take the next phase for this.
   */
  join(): boolean {
    if (Atomics.load(this.#control, Control.Pending) === 0) return false;
    this.#joined++;
    this.isShared = true;
    return true;
  }

  /** A Worker has left, which it does when nothing is pending: with what it has put off. */
  left(log: RunLog): void {
    gather(this.log, log);
    if (--this.#joined === 0) this.over.resolve();
  }
}
