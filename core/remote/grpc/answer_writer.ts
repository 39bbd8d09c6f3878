import type { Abort, Hello } from "../../../proto/generated/blit.ts";
import type { AnswerSink } from "./control.ts";
import { LinkError } from "./link_error.ts";
import type { MessageStream } from "./message_stream.ts";
import { Pulse } from "./pulse.ts";
import { encodeAnswer } from "./question.ts";

const END = encodeAnswer({ $case: "end", value: {} });
const HEARTBEAT = encodeAnswer({ $case: "heartbeat", value: {} });

/** The daemon's half of a call whose answer streams. */
export class AnswerWriter implements AnswerSink {
  readonly #stream: MessageStream;
  readonly #gone = new AbortController();
  #pulse: Pulse | undefined;
  #isOver = false;

  constructor(stream: MessageStream, readonly peer: string, readonly messageBytes: number) {
    this.#stream = stream;
    stream.gone.then(() => {
      this.#lose(new LinkError("lost", `${peer} has left.`));
    });
  }

  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Says who answers, and keeps the call alive from now on. */
  greet(hello: Hello, takesWithinMs: number): void {
    this.#pulse = new Pulse(this.#stream, this.peer, {
      heartbeat: HEARTBEAT,
      listens: false,
      takesWithinMs,
    });
    this.#stream.gone.then(() => this.#pulse?.stop());
    this.#write(encodeAnswer({ $case: "hello", value: hello })).catch(() => {});
  }

  send(message: Uint8Array): Promise<void> {
    if (message.length > this.messageBytes) {
      const words = `An answer of ${message.length} bytes`;
      return Promise.reject(new RangeError(`${words} is larger than ${this.messageBytes}.`));
    }
    return this.#write(message);
  }

  /** All has been said. */
  end(): void {
    this.#finish(END);
  }

  /** Tells the client why there will be no more. */
  abort(reason: Abort): void {
    this.#finish(encodeAnswer({ $case: "abort", value: reason }));
    this.#lose(new LinkError("closed", reason.message, reason.code));
  }

  /** Ends the call without a word. */
  break(error: LinkError): void {
    this.#isOver = true;
    this.#pulse?.stop();
    this.#stream.break(error);
    this.#lose(error);
  }

  #write(message: Uint8Array): Promise<void> {
    if (this.#isOver || this.gone.aborted) return Promise.reject(this.gone.reason);
    this.#pulse?.noteSent();
    return this.#stream.write(message);
  }

  #finish(last: Uint8Array): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pulse?.stop();
    this.#stream.write(last).catch(() => {});
    this.#stream.end();
  }

  #lose(reason: LinkError): void {
    this.#pulse?.stop();
    if (!this.gone.aborted) this.#gone.abort(reason);
  }
}
