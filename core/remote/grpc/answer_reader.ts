import { Answer } from "../../../proto/generated/blit.ts";
import type { AnswerSource } from "./control.ts";
import { LinkError } from "./link_error.ts";
import { PROTOCOL } from "./link.ts";
import { lostConnection, type MessageStream } from "./message_stream.ts";
import { Pulse } from "./pulse.ts";

/** The client's half of a call whose answer streams. */
export class AnswerReader implements AnswerSource {
  readonly #stream: MessageStream;
  readonly #pulse: Pulse;
  /** The minor version of who answers, once it has said it. */
  #minor: number | undefined;
  #isOver = false;

  constructor(stream: MessageStream, readonly peer: string) {
    this.#stream = stream;
    this.#pulse = new Pulse(stream, peer, { listens: true });
    stream.settled.then(() => this.#pulse.stop());
  }

  async receive(): Promise<Answer["body"]> {
    while (!this.#isOver) {
      const bytes = await this.#stream.read();
      if (bytes === undefined) throw lostConnection(this.peer);
      const body = this.#decode(bytes);
      if (body?.$case === "abort") {
        this.#isOver = true;
        this.close();
        return body;
      }
      if (this.#minor === undefined) {
        this.#minor = this.#heard(body);
        continue;
      }
      if (body === undefined) {
        // An addition of a newer minor version; from any other peer it is none.
        if (this.#minor > PROTOCOL.minor) continue;
        throw this.#refuse("An answer of a kind that there is not");
      }
      if (body.$case === "heartbeat") continue;
      if (body.$case !== "end") return body;
      this.#isOver = true;
      this.close();
    }
    return undefined;
  }

  close(): void {
    this.#pulse.stop();
    this.#stream.break(new LinkError("closed", "The call has been closed."));
  }

  #heard(body: Answer["body"]): number {
    if (body?.$case !== "hello") throw this.#refuse("A first answer that is no hello");
    const { major, minor } = body.value;
    if (major === PROTOCOL.major) return minor;
    this.close();
    throw new LinkError(
      "version",
      `${this.peer} speaks version ${major}.${minor} of the protocol, this blit ` +
        `${PROTOCOL.major}.${PROTOCOL.minor}: the older of the two must be updated.`,
    );
  }

  #decode(bytes: Uint8Array): Answer["body"] {
    try {
      return Answer.decode(bytes).body;
    } catch {
      throw this.#refuse(`An answer of ${bytes.length} bytes that cannot be read`);
    }
  }

  #refuse(what: string): LinkError {
    this.close();
    return new LinkError("bad-frame", `${what} came from ${this.peer}.`);
  }
}
