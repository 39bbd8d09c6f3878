import { Frame, type Hello } from "../../../proto/generated/blit.ts";
import type { Abort } from "../../../proto/generated/blit.ts";
import type { ControlLink } from "./control.ts";
import { LinkError } from "./link_error.ts";
import { lostConnection, type MessageStream } from "./message_stream.ts";
import { Pulse } from "./pulse.ts";
import { encodeFrame } from "./messages.ts";

/** The protocol's version that this program speaks. */
export const PROTOCOL: { readonly major: number; readonly minor: number } = { major: 1, minor: 0 };

const END = encodeFrame({ body: { $case: "end", value: {} } });
const HEARTBEAT = encodeFrame({ body: { $case: "heartbeat", value: {} } });

/** A session's frames over a call: greets, keeps the link alive, and notices when it is not. */
export class FrameLink implements ControlLink {
  readonly hello: Promise<Hello>;
  readonly #stream: MessageStream;
  readonly #greeting: Hello;
  readonly #pulse: Pulse;
  /** The peer has said all. */
  #isOver = false;

  /**
   * @param peer as sentences name it
   * @param greeting this end's; sent at once by a client, by a server when `accept` is called
   */
  constructor(
    stream: MessageStream,
    readonly peer: string,
    greeting: Hello,
    readonly messageBytes: number,
  ) {
    this.#stream = stream;
    this.#greeting = greeting;
    this.#pulse = new Pulse(stream, peer, { heartbeat: HEARTBEAT, listens: true });
    stream.settled.then(() => this.#pulse.stop());
    this.hello = this.#receiveHello();
    // Whoever receives is told; whoever awaits `hello` as well.
    this.hello.catch(() => {});
  }

  /** Says who this end is. */
  greet(): void {
    this.send({ body: { $case: "hello", value: this.#greeting } }).catch(() => {});
  }

  get heardAt(): number {
    return this.#stream.heardAt;
  }

  /** Resolves when the link is over, however. */
  get settled(): Promise<void> {
    return this.#stream.settled;
  }

  send(frame: Frame): Promise<void> {
    const bytes = encodeFrame(frame);
    if (bytes.length > this.messageBytes) {
      const words = `${frame.body?.$case} frame of ${bytes.length} bytes`;
      return Promise.reject(new RangeError(`A ${words} is larger than ${this.messageBytes}.`));
    }
    this.#pulse.noteSent();
    return this.#stream.write(bytes);
  }

  async receive(): Promise<Frame | undefined> {
    const { minor } = await this.hello;
    while (!this.#isOver) {
      const bytes = await this.#stream.read();
      if (bytes === undefined) throw lostConnection(this.peer);
      const frame = this.#decode(bytes);
      const kind = frame.body?.$case;
      if (kind === "heartbeat") continue;
      if (kind === undefined) {
        // An addition of a newer minor version; from any other peer it is none, and what it stood
        // for would be missing.
        if (minor > PROTOCOL.minor) continue;
        throw this.#refuse("A frame of a kind that there is not");
      }
      if (kind === "hello") throw this.#refuse("A second hello");
      if (kind === "end" || kind === "abort") this.#isOver = true;
      if (kind !== "end") return frame;
    }
    return undefined;
  }

  end(): void {
    this.#stream.write(END).catch(() => {});
    this.#stream.end();
  }

  /** Ends the link without a word. */
  break(error: LinkError): void {
    this.#stream.break(error);
  }

  abort(reason: Abort): void {
    if (this.#stream.isMute) return;
    this.#stream.write(encodeFrame({ body: { $case: "abort", value: reason } })).catch(() => {});
    this.#stream.endAndBreak(new LinkError("closed", reason.message, reason.code));
  }

  async #receiveHello(): Promise<Hello> {
    const bytes = await this.#stream.read();
    if (bytes === undefined) {
      throw new LinkError("lost", `${this.peer} ended the session before it began.`);
    }
    const { body } = this.#decode(bytes);
    if (body?.$case === "abort") {
      const error = new LinkError("refused", body.value.message, body.value.code);
      this.#stream.break(error);
      throw error;
    }
    if (body?.$case !== "hello") throw this.#refuse("A first frame that is no hello");
    const { major, minor } = body.value;
    if (major !== PROTOCOL.major) {
      const sentence = `${this.peer} speaks version ${major}.${minor} of the protocol, this blit ` +
        `${PROTOCOL.major}.${PROTOCOL.minor}: the older of the two must be updated.`;
      this.abort({ code: "version", message: sentence, exitCode: 1 });
      throw new LinkError("version", sentence);
    }
    return body.value;
  }

  #decode(bytes: Uint8Array): Frame {
    try {
      return Frame.decode(bytes);
    } catch {
      throw this.#refuse(`A frame of ${bytes.length} bytes that cannot be read`);
    }
  }

  #refuse(what: string): LinkError {
    const sentence = `${what} came from ${this.peer}.`;
    this.abort({ code: "bad-frame", message: sentence, exitCode: 1 });
    return new LinkError("bad-frame", sentence);
  }
}
