import { every, type Timer } from "../timer.ts";
import type { TransferOptions } from "../transfer/options.ts";

/** Nothing has moved for so long: a warning. */
const SPEAK_MS = 10_000;
/** Nothing has moved for so long: the run ends. */
const LIMIT_MS = 300_000;
/** How often is looked. */
const LOOK_MS = 1000;
/** A share of one processor that threads use only when they do something. */
const COMPUTES = 0.02;

/** Bytes to or from storage in a second that are not merely the runtime's own, such as its caches. */
const WORKS_BYTES: number = 64 * 1024;

/** When is spoken, and when the run ends. */
export interface StallTimes {
  /** Milliseconds without movement until it is told. */
  readonly speakMs: number;
  /** Milliseconds without movement until the run is stopped. */
  readonly limitMs: number;
}

/**
 * The times of a run: the limit by its option, else by `BLIT_STALL_LIMIT_MS`; for tests,
 * `BLIT_STALL_MS` brings the warning forward.
 */
export function stallTimes({ stallLimitMs }: Pick<TransferOptions, "stallLimitMs">): StallTimes {
  return {
    speakMs: milliseconds("BLIT_STALL_MS") ?? SPEAK_MS,
    limitMs: stallLimitMs ?? milliseconds("BLIT_STALL_LIMIT_MS") ?? LIMIT_MS,
  };
}

function milliseconds(variable: string): number | undefined {
  // Without asking: a library's user may not have granted it.
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return undefined;
  const text = Deno.env.get(variable);
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

/** What {@linkcode StallWatch} looks at, and whom it tells. */
export interface StallMeans {
  /** Numbers of which some change whenever anything moves. */
  pulse(): ArrayLike<number>;
  /** What shows work inside one long call: nanoseconds of computing, and bytes to or from storage. */
  effort(): { readonly cpuNs: number; readonly bytes: number };
  /** Nothing is to move: a person is asked, who may take any time. */
  isAtRest(): boolean;
  /** Which stage waits for what, as in `reading "/x" (mover 1)`. */
  reason(stalledMs: number): string;
  /** A warning's code and sentence. */
  warn(code: string, message: string): void;
  /** It has lasted too long. */
  give(sentence: string): void;
}

/** A stall that lasts, as progress events tell it. */
export interface StallState {
  /** Milliseconds since anything moved. */
  readonly stalledMs: number;
  /** What is waited for. */
  readonly waitingFor: string;
}

/**
 * Notices that nothing moves while there is work: tells it after ten seconds, after thirty, after
 * sixty, then at doubled distance, and when it is over; ends the run when it has lasted too long.
 * Only the monotonic clock counts, and time in which this process itself was stopped does not.
 */
export class StallWatch {
  readonly #timer: Timer;
  readonly #lookMs: number;
  #pulse: number[] = [];
  #effort = { cpuNs: 0, bytes: 0 };
  #since = performance.now();
  #lookedAt = performance.now();
  #speakAt: number;
  #state: StallState | undefined;

  constructor(readonly means: StallMeans, readonly times: StallTimes) {
    this.#speakAt = times.speakMs;
    this.#lookMs = Math.min(LOOK_MS, times.speakMs / 4, times.limitMs / 4);
    this.#timer = every(this.#lookMs, () => this.#look());
  }

  /** The stall that has been told of and is not over. */
  get state(): StallState | undefined {
    return this.#state && { ...this.#state, stalledMs: performance.now() - this.#since };
  }

  /** Stops watching. */
  close(): void {
    this.#timer.stop();
    this.#state = undefined;
  }

  #look(): void {
    const now = performance.now();
    const elapsed = now - this.#lookedAt;
    this.#lookedAt = now;
    const hasMoved = this.#hasMoved(elapsed);
    // This process was stopped or had no processor: what has come meanwhile is to be heard first.
    const hasSlept = elapsed > 2 * this.#lookMs + LOOK_MS;
    if (hasMoved || hasSlept || this.means.isAtRest()) {
      if (hasMoved) this.#moveAgain(now - this.#since);
      this.#since = now;
      this.#speakAt = this.times.speakMs;
      return;
    }
    const stalledMs = now - this.#since;
    if (stalledMs < Math.min(this.#speakAt, this.times.limitMs)) return;
    const waitingFor = this.means.reason(stalledMs);
    const sentence = `Nothing has moved for ${seconds(stalledMs)}: ${waitingFor}.`;
    this.#state = { stalledMs, waitingFor };
    if (stalledMs >= this.times.limitMs) {
      this.#timer.stop();
      this.means.give(sentence);
      return;
    }
    this.#speakAt *= this.#speakAt < 2 * this.times.speakMs ? 3 : 2;
    this.means.warn("stalled", sentence);
  }

  #moveAgain(stalledMs: number): void {
    if (this.#state === undefined) return;
    this.#state = undefined;
    this.means.warn("moving-again", `Moving again after ${seconds(stalledMs)}.`);
  }

  /** Whether anything differs from the last look. */
  #hasMoved(elapsedMs: number): boolean {
    const pulse = this.means.pulse();
    let differs = pulse.length !== this.#pulse.length;
    for (let at = 0; at < pulse.length && !differs; at++) differs = pulse[at] !== this.#pulse[at];
    if (differs) this.#pulse = Array.from(pulse);
    // A call that takes long and works on, as one that moves 32 MiB on a slow disk may.
    const before = this.#effort;
    const { cpuNs, bytes } = this.#effort = this.means.effort();
    return differs || bytes - before.bytes >= WORKS_BYTES * elapsedMs / 1000 ||
      cpuNs - before.cpuNs > elapsedMs * 1e6 * COMPUTES;
  }
}

function seconds(ms: number): string {
  return ms < 9500 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
