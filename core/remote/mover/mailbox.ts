import { receiveMessageOnPort } from "node:worker_threads";

/** Messages that wait at most. */
const PACKET_MESSAGES = 32;
/** How long a message may wait for others, in milliseconds. */
const PATIENCE_MS = 2;
/** After so long without any, a message goes at once: what comes next may take as long. */
const QUIET_MS = 20;

/** What changes when something has come: a mover's Sleeper. */
interface Bell {
  readonly signal: number;
}

/**
 * A mover's end of its port. A message costs some 40 us, whatever is in it, so those of a moment
 * go together as one packet; a mover posts what waits before it blocks.
 */
export class Mailbox<Said, Heard> {
  readonly #port: MessagePort;
  readonly #bell: Bell;
  /** What the bell said when there was nothing. */
  #heardOf: number | undefined;
  #said: Said[] = [];
  #since = 0;
  #postedAt = 0;
  #heard: readonly Heard[] = [];
  #next = 0;

  /** Over a port whose other end posts packets as well, and rings the bell after each. */
  constructor(port: MessagePort, bell: Bell) {
    this.#port = port;
    this.#bell = bell;
  }

  /** Says something, soon. */
  say(message: Said): void {
    const now = performance.now();
    if (this.#said.length === 0) this.#since = now;
    this.#said.push(message);
    const isDue = this.#said.length >= PACKET_MESSAGES || now - this.#since > PATIENCE_MS ||
      now - this.#postedAt > QUIET_MS;
    if (isDue) this.post(now);
  }

  /** Posts what waits. */
  post(now = performance.now()): void {
    if (this.#said.length === 0) return;
    this.#postedAt = now;
    this.#port.postMessage(this.#said);
    this.#said = [];
  }

  /** The next message, if one has come. */
  hear(): Heard | undefined {
    if (this.#next === this.#heard.length) {
      const { signal } = this.#bell;
      if (signal === this.#heardOf) return undefined;
      // The type in node:worker_threads knows only its own ports.
      const received = receiveMessageOnPort(this.#port as never);
      if (received === undefined) {
        this.#heardOf = signal;
        return undefined;
      }
      this.#heard = [...(received as { readonly message: ReadonlySet<Heard> }).message];
      this.#next = 0;
    }
    return this.#heard[this.#next++];
  }
}
