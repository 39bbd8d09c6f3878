import { after, type Timer } from "../../timer.ts";
import type { ToSourceMover } from "../mover/messages.ts";
import type { ScanTask } from "../mover/scan_task.ts";

/** Scouts that scan from the beginning, and at most. */
const SCOUTS = 2;
const SCOUTS_MOST = 6;
/** So long all scouts may be at work while directories wait: then they hang, or wait for storage. */
const STARVED_MS = 250;

/** A mover that is told what to scan. */
interface Scout {
  say(message: Extract<ToSourceMover, { readonly type: "scan" }>): void;
}

/**
 * The scan of a tree in which a directory may hang: the directories that wait are kept here, and
 * scouts get one at a time, so that one that does not come back keeps nothing to itself.
 */
export class ScoutedScan {
  readonly #waiting: ScanTask[] = [];
  readonly #scouts: Scout[] = [];
  readonly #idle: number[] = [];
  #starved: Timer | undefined;
  #isClosed = false;

  /** With what makes the scout of a number. */
  constructor(readonly newScout: (scout: number) => Scout) {
    while (this.#scouts.length < SCOUTS) this.#add();
  }

  /** Has directories scanned, the last one first. */
  add(tasks: readonly ScanTask[]): void {
    // Scouts that are being stopped still tell what they have found.
    if (this.#isClosed) return;
    for (const task of tasks) this.#waiting.push(task);
    this.#deal();
  }

  /** A scout is done with a directory, in which it has found these. */
  found(scout: number, tasks: readonly ScanTask[]): void {
    this.#idle.push(scout);
    this.add(tasks);
  }

  /** Starts no further scout, and has nothing more scanned. */
  close(): void {
    this.#isClosed = true;
    this.#starved?.stop();
    this.#waiting.length = 0;
  }

  #add(): void {
    const scout = this.#scouts.length;
    this.#scouts.push(this.newScout(scout));
    this.#idle.push(scout);
  }

  #deal(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0) {
      const scout = this.#scouts[this.#idle.pop()!]!; // there is one, and it is one of them
      scout.say({ type: "scan", tasks: [this.#waiting.pop()!] }); // there is one
    }
    this.#starved?.stop();
    this.#starved = undefined;
    if (this.#waiting.length === 0 || this.#scouts.length === SCOUTS_MOST) return;
    this.#starved = after(STARVED_MS, () => {
      this.#add();
      this.#deal();
    });
  }
}
