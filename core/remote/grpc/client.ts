import {
  type Hello,
  ListModulesReply,
  ListModulesRequest,
  type MessageFns,
  PingReply,
  PingRequest,
} from "../../../proto/generated/blit.ts";
import { after } from "../../timer.ts";
import { AnswerReader } from "./answer_reader.ts";
import { ClientConnection } from "../http2/mod.ts";
import { CallCode, type CallStatus } from "./call.ts";
import { CarryStream, readChunk } from "./carry.ts";
import { ClientCall } from "./client_call.ts";
import type {
  AnswerSource,
  Carry,
  Connection,
  ConnectOptions,
  ControlLink,
  SessionKind,
} from "./control.ts";
import { explainConnecting, explainSilence, explainStatus, notBlit } from "./explain.ts";
import { FrameLink, PROTOCOL } from "./link.ts";
import { LinkError, quoteHost } from "./link_error.ts";
import { MessageStream } from "./message_stream.ts";
import { encodeToken, MESSAGE_BYTES, METHOD_PREFIX } from "./messages.ts";
import { encodeQuestion, type Question } from "./question.ts";

/** How long reaching a server, or a short answer, may take. */
const CONNECT_MS = 10_000;

/**
 * Connects to a daemon. Fails at once when nothing listens there, and after ten seconds when
 * nothing answers.
 *
 * @throws {LinkError} with a sentence that says why
 */
export async function connect(
  host: string,
  port: number,
  options: ConnectOptions,
): Promise<Connection> {
  options.signal?.throwIfAborted();
  const channel = new ClientChannel(host, port, options);
  try {
    // Whoever answers this is there, and the connection stands for what follows.
    await channel.ping();
  } catch (error) {
    channel.close();
    throw error;
  }
  return channel;
}

class ClientChannel implements Connection {
  readonly at: string;
  readonly peer: string;
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectOptions;
  readonly #hello: Hello;
  /** What to end when the connection is closed. */
  readonly #open: Set<() => void> = new Set();
  readonly #dialling = new AbortController();
  #connection: Promise<ClientConnection> | undefined;
  /** The same, once it stands. */
  #standing: ClientConnection | undefined;
  /** All that stand: one that a daemon has said farewell to may have calls under way. */
  readonly #connections: Set<ClientConnection> = new Set();

  /** What calls are made by; the connection itself is made for the first of them. */
  constructor(host: string, port: number, options: ConnectOptions) {
    this.at = options.at ?? host;
    this.peer = quoteHost(host, port);
    this.#host = host;
    this.#port = port;
    this.#options = options;
    this.#hello = {
      ...PROTOCOL,
      version: options.version,
      capabilities: [...options.capabilities ?? []],
    };
  }

  get isHere(): boolean {
    return this.#standing?.isHere === true;
  }

  get address(): string | undefined {
    return this.#standing?.address;
  }

  open(kind: SessionKind, capabilities?: readonly string[]): ControlLink {
    const link = new FrameLink(
      this.#call(kind === "push" ? "Push" : "Pull"),
      this.peer,
      capabilities === undefined
        ? this.#hello
        : { ...this.#hello, capabilities: [...capabilities] },
      this.#messageBytes,
    );
    link.greet();
    return link;
  }

  async carry(token: Uint8Array): Promise<Carry> {
    // Of its own: on a shared one the control frames that its reader waits for would stand in line
    // behind its data.
    if (this.#dialling.signal.aborted) throw this.#closed();
    const channel = new ClientChannel(this.#host, this.#port, this.#options);
    const close = () => channel.close();
    this.#open.add(close);
    try {
      const stream = channel.#call("Carry");
      stream.settled.then(() => this.#open.delete(close));
      await stream.write(encodeToken(token));
      const answer = await this.#soon(stream, stream.read());
      if (answer === undefined) {
        throw new LinkError("lost", `${this.peer} ended a data stream before it began.`);
      }
      readChunk(answer, this.peer);
      stream.settled.then(close);
      return new CarryStream(stream, this.peer, close);
    } catch (error) {
      close();
      throw error;
    }
  }

  ping(): Promise<PingReply> {
    return this.#ask("Ping", PingRequest.encode({ hello: this.#hello }).finish(), PingReply);
  }

  listModules(): Promise<ListModulesReply> {
    const request = ListModulesRequest.encode({ hello: this.#hello }).finish();
    return this.#ask("ListModules", request, ListModulesReply);
  }

  ask(question: Question): AnswerSource {
    const stream = this.#call(question.$case[0]!.toUpperCase() + question.$case.slice(1)); // no name is empty
    stream.write(encodeQuestion(question, this.#hello)).catch(() => {});
    stream.end();
    return new AnswerReader(stream, this.peer);
  }

  close(): void {
    for (const close of [...this.#open]) close();
    this.#dialling.abort();
    for (const connection of this.#connections) connection.close();
  }

  get #messageBytes(): number {
    return this.#options.messageBytes ?? MESSAGE_BYTES;
  }

  #call(method: string): MessageStream {
    const host = this.at.includes(":") ? `[${this.at}]` : this.at;
    const call = new ClientCall({
      connection: this.#reach(),
      authority: `${host}:${this.#port}`,
      path: METHOD_PREFIX + method,
      messageBytes: this.#messageBytes,
    });
    const stream = new MessageStream(call, {
      role: "client",
      explain: (status, hasSpoken) => this.#explain(status, hasSpoken),
    });
    const close = () => stream.break(this.#closed());
    this.#open.add(close);
    stream.settled.then(() => this.#open.delete(close));
    return stream;
  }

  /** The connection; a new one where a daemon has closed what nobody used. */
  #reach(): Promise<ClientConnection> {
    if (this.#connection !== undefined && this.#standing?.isOpen !== false) return this.#connection;
    this.#standing = undefined;
    this.#connection = ClientConnection.dial(this.at, this.#port, this.#dialling.signal);
    this.#connection.then((connection) => {
      this.#standing = connection;
      this.#connections.add(connection);
      if (this.#dialling.signal.aborted) connection.close();
    }, () => this.#connection = undefined);
    return this.#connection;
  }

  #closed(): LinkError {
    return new LinkError("closed", `The connection to ${this.peer} has been closed.`);
  }

  #explain(status: CallStatus, hasSpoken: boolean): LinkError {
    if (this.#dialling.signal.aborted) return this.#closed();
    return status.code === CallCode.Unreached
      ? explainConnecting(status.details, this.#host, this.#port)
      : explainStatus(status, this.peer, hasSpoken);
  }

  /** Asks what has one short answer. */
  async #ask<Reply>(
    method: string,
    request: Uint8Array,
    reply: MessageFns<Reply>,
  ): Promise<Reply> {
    const stream = this.#call(method);
    stream.write(request).then(this.#options.onAsked, () => {});
    stream.end();
    const answer = await this.#soon(stream, stream.read());
    try {
      if (answer !== undefined) return reply.decode(answer);
    } catch { /* It is none. */ }
    throw notBlit(this.peer);
  }

  /** What a call gives, unless it takes too long or nobody wants it any more: then the call ends. */
  async #soon<Value>(stream: MessageStream, value: Promise<Value>): Promise<Value> {
    const { signal, timeoutMs = CONNECT_MS } = this.#options;
    const over = Promise.withResolvers<never>();
    over.promise.catch(() => {});
    const timer = after(timeoutMs, () => {
      over.reject(explainSilence(this.#host, this.#port, timeoutMs));
    });
    const onAbort = () => over.reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      return await Promise.race([value, over.promise]);
    } catch (error) {
      stream.break(this.#closed());
      throw error;
    } finally {
      timer.stop();
      signal?.removeEventListener("abort", onAbort);
      value.catch(() => {});
    }
  }
}
