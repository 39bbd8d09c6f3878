import type { Fields, Http2Stream, StreamListener } from "../http2/mod.ts";
import { type Call, CallCode, type CallListener, type CallStatus } from "./call.ts";
import { messageHeader } from "./framing.ts";
import { Inlet } from "./inlet.ts";

/** Bytes of the sentence behind an answer that failed: with the rest they fit in one frame. */
const DETAILS_BYTES = 8000;

const ANSWER: Fields = new Map([[":status", "200"], ["content-type", "application/grpc"]]);

/** What an answer ends with (PROTOCOL-HTTP2.md, Trailers). */
function trailersOf({ code, details }: CallStatus): Fields {
  const fields = new Map([["grpc-status", String(code)]]);
  if (details !== "") fields.set("grpc-message", encoded(details));
  return fields;
}

/** Percent-encoded but for what is printable in ASCII, as the protocol says; cut where it is long. */
function encoded(text: string): string {
  let words = "";
  for (const letter of text.toWellFormed()) {
    if (words.length > DETAILS_BYTES) break;
    words += /[ -$&-~]/.test(letter) ? letter : encodeURIComponent(letter);
  }
  return words;
}

/** Whether a request is one of gRPC's; such a one is answered in its terms, whatever it asks. */
export function isCall(fields: Fields): boolean {
  return fields.get("content-type")?.startsWith("application/grpc") === true;
}

/** Answers what is not a call (PROTOCOL-HTTP2.md, Requests). */
export function answerStranger(open: (listener: StreamListener) => Http2Stream): void {
  const stream = open({ fields() {}, content() {}, end() {}, failed() {} });
  stream.respond(new Map([[":status", "415"]]));
  stream.end();
}

/**
 * A server's call: messages over one stream of HTTP/2
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
 */
export class ServerCall implements Call {
  readonly #stream: Http2Stream;
  readonly #inlet: Inlet;
  #listener: CallListener | undefined;
  #hasResponded = false;

  /** `open` gives the stream that this listens to. */
  constructor(
    /** Who calls, as `address:port`. */
    readonly peer: string,
    messageBytes: number,
    open: (listener: StreamListener) => Http2Stream,
  ) {
    this.#inlet = new Inlet(messageBytes, {
      message: (message) => this.#listener?.data(message),
      broken: ({ code, message: details }) => {
        this.refuse({ code, details });
        this.#listener?.cancelled();
      },
    });
    this.#stream = open({
      fields: () => {}, // what a client says behind its messages means nothing here
      content: (bytes) => this.#inlet.take(bytes),
      end: () => this.#inlet.end(() => this.#endRequest()),
      failed: () => this.#listener?.cancelled(),
    });
    this.#inlet.connect(this.#stream);
  }

  hear(listener: CallListener): void {
    this.#listener = listener;
  }

  write(message: Uint8Array, written: () => void): void {
    this.#respond();
    this.#stream.write(messageHeader(message.length));
    this.#stream.write(message, written);
  }

  end(): void {
    this.refuse({ code: CallCode.Ok, details: "" });
  }

  /** Ends the call with another status, behind what has been written; only the first one counts. */
  refuse(status: CallStatus): void {
    this.#respond();
    this.#stream.end(trailersOf(status));
  }

  pause(): void {
    this.#inlet.pause();
  }

  resume(): void {
    this.#inlet.resume();
  }

  cancel(): void {
    this.#respond();
    this.#stream.endNow(trailersOf({ code: CallCode.Aborted, details: "Closed." }));
  }

  #endRequest(): void {
    if (this.#inlet.isInside) this.#listener?.cancelled();
    else this.#listener?.end();
  }

  #respond(): void {
    if (this.#hasResponded) return;
    this.#hasResponded = true;
    this.#stream.respond(ANSWER);
  }
}
