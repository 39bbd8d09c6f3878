import type { ClientConnection, Fields, Http2Error, Http2Stream } from "../http2/mod.ts";
import { type Call, CallCode, type CallListener, type CallStatus } from "./call.ts";
import { messageHeader } from "./framing.ts";
import { Inlet } from "./inlet.ts";

/** Where and how a call is made. */
export interface ClientCallOptions {
  /** The connection, once it stands; rejects with what `Deno.connect` throws. */
  readonly connection: Promise<ClientConnection>;
  readonly authority: string;
  readonly path: string;
  /** Bytes of one message that comes. */
  readonly messageBytes: number;
}

/**
 * A client's call: messages over one stream of HTTP/2
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
 */
export class ClientCall implements Call {
  readonly #options: ClientCallOptions;
  readonly #inlet: Inlet;
  #listener: CallListener | undefined;
  #stream: Http2Stream | undefined;
  /** What was written before there was a stream. */
  readonly #early: (() => void)[] = [];
  #isCancelled = false;
  #status: CallStatus | undefined;
  #isOver = false;

  /** Makes a call when somebody hears it. */
  constructor(options: ClientCallOptions) {
    this.#options = options;
    this.#inlet = new Inlet(options.messageBytes, {
      message: (message) => this.#listener?.data(message),
      broken: ({ message: details }) => {
        this.#status = { code: CallCode.ResourceExhausted, details };
        this.#finish(this.#status);
      },
    });
  }

  hear(listener: CallListener): void {
    this.#listener = listener;
    this.#options.connection.then((connection) => this.#begin(connection), (error) => {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.#finish({ code: CallCode.Unreached, details: reason });
    });
  }

  write(message: Uint8Array, written: () => void): void {
    this.#do((stream) => {
      stream.write(messageHeader(message.length));
      stream.write(message, written);
    });
  }

  end(): void {
    this.#do((stream) => stream.end());
  }

  pause(): void {
    this.#inlet.pause();
  }

  resume(): void {
    this.#inlet.resume();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#stream?.cancel();
  }

  #do(act: (stream: Http2Stream) => void): void {
    const stream = this.#stream;
    if (stream !== undefined) act(stream);
    else this.#early.push(() => act(this.#stream!)); // called when there is one
  }

  #begin(connection: ClientConnection): void {
    if (this.#isCancelled) return;
    const { authority, path } = this.#options;
    const fields = new Map([
      [":method", "POST"],
      [":scheme", "http"],
      [":path", path],
      [":authority", authority],
      ["content-type", "application/grpc"],
      ["te", "trailers"],
    ]);
    this.#stream = connection.open(fields, {
      fields: (given) => this.#takeFields(given),
      content: (bytes) => this.#takeContent(bytes),
      end: () => this.#endAnswer(),
      failed: (error) => this.#fail(error, connection.isKnown),
    });
    for (const act of this.#early.splice(0)) act();
    this.#inlet.connect(this.#stream);
  }

  #fail({ message }: Http2Error, isKnown: boolean): void {
    this.#finish({ code: isKnown ? CallCode.Lost : CallCode.Unreached, details: message });
  }

  /** The answer's header fields, or those behind its messages. */
  #takeFields(fields: Fields): void {
    const http = fields.get(":status");
    const type = fields.get("content-type");
    if (http !== undefined && http !== "200") {
      this.#status ??= { code: CallCode.NotGrpc, details: `HTTP status ${http}` };
    } else if (http !== undefined && type?.startsWith("application/grpc") !== true) {
      this.#status ??= { code: CallCode.NotGrpc, details: `content-type ${type ?? "none"}` };
    }
    const code = fields.get("grpc-status");
    if (code === undefined) return;
    this.#status ??= { code: Number(code), details: decoded(fields.get("grpc-message") ?? "") };
  }

  #takeContent(bytes: Uint8Array): void {
    // What is no answer has a content for people.
    if (this.#status !== undefined || this.#isOver) return;
    this.#inlet.take(bytes);
  }

  /** The answer is whole. Why it failed is said at once, but that all is well once all is heard. */
  #endAnswer(): void {
    const end = (): void =>
      this.#finish({ code: CallCode.NotGrpc, details: "No status information" });
    if (this.#status?.code === CallCode.Ok) this.#inlet.end(end);
    else end();
  }

  #finish(otherwise: CallStatus): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isTorn = this.#status?.code === CallCode.Ok && this.#inlet.isInside;
    this.#status = isTorn
      ? { code: CallCode.Lost, details: "It broke off in a message." }
      : this.#status ?? otherwise;
    this.#listener?.status(this.#status);
    // Where the peer has ended it, this end's half is still open.
    this.#stream?.cancel();
  }
}

/** Percent-encoded, as the protocol says; whatever else it is stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
