import { every, type Timer } from "../../timer.ts";
import { LinkError } from "./link_error.ts";
import type { MessageStream } from "./message_stream.ts";

/** A heartbeat is sent when nothing else was for this long. */
const HEARTBEAT_MS = 2000;
/**
 * Nothing has come for this long: the peer is dead, or the cable is out. With a tick of a second a
 * dead link is found within 15 s; a peer that is alive has sent five heartbeats by then.
 */
const SILENCE_MS = 12_000;
const TICK_MS = 1000;

/** What {@linkcode Pulse} does. */
export interface PulseOptions {
  /** What is sent when there is nothing else to send; nothing unless given. */
  readonly heartbeat?: Uint8Array;
  /** The peer sends heartbeats: its silence is its death. */
  readonly listens: boolean;
  /** A peer that takes nothing for so long is given up; waited for forever unless given. */
  readonly takesWithinMs?: number;
}

/** Keeps a call alive, and notices when it is not. Ends with the call. */
export class Pulse {
  readonly #stream: MessageStream;
  readonly #peer: string;
  readonly #options: PulseOptions;
  readonly #timer: Timer;
  #sentAt: number = performance.now();
  #tickedAt: number = performance.now();
  #unsentBytes = 0;
  /** Since when what waits to be sent has not become less. */
  #stuckAt: number = performance.now();

  constructor(stream: MessageStream, peer: string, options: PulseOptions) {
    this.#stream = stream;
    this.#peer = peer;
    this.#options = options;
    this.#timer = every(TICK_MS, () => this.#tick());
  }

  /** Something is being sent. */
  noteSent(): void {
    this.#sentAt = performance.now();
  }

  /** Stops. */
  stop(): void {
    this.#timer.stop();
  }

  #tick(): void {
    const now = performance.now();
    // This process itself was stopped or busy: what has come meanwhile must be read first.
    const hasSlept = now - this.#tickedAt > 3 * TICK_MS;
    this.#tickedAt = now;
    if (this.#options.listens && this.#isSilent(now, hasSlept)) return;
    if (this.#options.takesWithinMs !== undefined && this.#isStuck(now, hasSlept)) return;
    const { heartbeat } = this.#options;
    // Behind what has not been sent yet it would say nothing.
    if (
      heartbeat !== undefined && now - this.#sentAt >= HEARTBEAT_MS &&
      this.#stream.unsentBytes === 0
    ) {
      this.#sentAt = now;
      this.#stream.write(heartbeat).catch(() => {});
    }
  }

  #isSilent(now: number, hasSlept: boolean): boolean {
    const stream = this.#stream;
    if (hasSlept) stream.heardAt = now;
    if (stream.isPaused || now - stream.heardAt <= SILENCE_MS) return false;
    const seconds = Math.round((now - stream.heardAt) / 1000);
    const message = `Nothing has come from ${this.#peer} for ${seconds} s: the connection is dead.`;
    stream.break(new LinkError("silent", message));
    return true;
  }

  #isStuck(now: number, hasSlept: boolean): boolean {
    const { unsentBytes } = this.#stream;
    if (hasSlept || unsentBytes === 0 || unsentBytes < this.#unsentBytes) this.#stuckAt = now;
    this.#unsentBytes = unsentBytes;
    if (now - this.#stuckAt <= (this.#options.takesWithinMs ?? Infinity)) return false;
    const seconds = Math.round((now - this.#stuckAt) / 1000);
    const message = `${this.#peer} has taken nothing for ${seconds} s.`;
    this.#stream.break(new LinkError("silent", message));
    return true;
  }
}
