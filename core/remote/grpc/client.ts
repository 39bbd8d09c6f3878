import type { Buffer } from "node:buffer";
import type { Hello, ListModulesReply, PingReply } from "../../../proto/generated/blit.ts";
import { AnswerReader } from "./answer_reader.ts";
import { CarryStream, readChunk } from "./carry.ts";
import { explainConnecting, explainStatus } from "./explain.ts";
import type {
  AnswerSource,
  Carry,
  Connection,
  ConnectOptions,
  ControlLink,
  SessionKind,
} from "./control.ts";
import {
  type ClientDuplexStream,
  type ClientUnaryCall,
  credentials,
  makeGenericClientConstructor,
  type ServiceError,
} from "./library.ts";
import { FrameLink, PROTOCOL } from "./link.ts";
import { LinkError, quoteHost } from "./link_error.ts";
import { MessageStream } from "./message_stream.ts";
import { encodeQuestion, type Question, type QuestionKind } from "./question.ts";
import { encodeToken, SERVICE } from "./service.ts";
import { MESSAGE_BYTES, sharedOptions } from "./transport_options.ts";
import { type Door, openDoor } from "./zone_door.ts";

/** How long reaching a server may take. */
const CONNECT_MS = 10_000;

/** States of a channel; the numbers are grpc-js's `connectivityState`. */
const IDLE = 0, READY = 2, TRANSIENT_FAILURE = 3;

const GenericClient = makeGenericClientConstructor(SERVICE, "Blit");

/** What grpc-js makes of {@linkcode SERVICE}: its own type knows no methods. */
interface Client extends Record<QuestionKind, () => ClientDuplexStream<Buffer, Buffer>> {
  push(): ClientDuplexStream<Buffer, Buffer>;
  pull(): ClientDuplexStream<Buffer, Buffer>;
  carry(): ClientDuplexStream<Buffer, Buffer>;
  listModules: Unary<{ hello: Hello }, ListModulesReply>;
  ping: Unary<{ hello: Hello }, PingReply>;
  close(): void;
  getChannel(): ReturnType<InstanceType<typeof GenericClient>["getChannel"]>;
}

type Unary<Request, Reply> = (
  request: Request,
  options: { deadline: number },
  done: (error: ServiceError | null, reply?: Reply) => void,
) => ClientUnaryCall;

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
  return await ClientChannel.open(host, port, options);
}

class ClientChannel implements Connection {
  readonly at: string;
  readonly peer: string;
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectOptions;
  readonly #client: Client;
  readonly #hello: Hello;
  readonly #deadline: number;
  /** What to end when the connection is closed. */
  readonly #open: Set<() => void> = new Set();
  readonly #door: Door | undefined;

  static async open(host: string, port: number, options: ConnectOptions): Promise<ClientChannel> {
    options.signal?.throwIfAborted();
    const { at = host } = options;
    const door = at.includes("%")
      ? await openDoor(at, port, options.timeoutMs ?? CONNECT_MS)
      : undefined;
    const channel = new ClientChannel(host, port, options, door);
    await channel.#ready();
    return channel;
  }

  private constructor(
    host: string,
    port: number,
    options: ConnectOptions,
    door: Door | undefined,
  ) {
    const { at = host } = options;
    this.#door = door;
    this.at = at;
    this.peer = quoteHost(host, port);
    this.#host = host;
    this.#port = port;
    this.#options = options;
    this.#hello = {
      ...PROTOCOL,
      version: options.version,
      capabilities: [...options.capabilities ?? []],
    };
    this.#deadline = Date.now() + (options.timeoutMs ?? CONNECT_MS);
    // makeGenericClientConstructor adds the methods that Client names.
    this.#client = new GenericClient(
      door?.target ?? (at.includes(":") ? `[${at}]:${port}` : `${at}:${port}`),
      credentials.createInsecure(),
      sharedOptions(options.messageBytes ?? MESSAGE_BYTES),
    ) as unknown as Client;
  }

  /** Waits until the connection stands. */
  async #ready(): Promise<void> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await Promise.race([this.#reach(), aborted.promise]);
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #reach(): Promise<void> {
    const channel = this.#client.getChannel();
    let state: number = channel.getConnectivityState(true);
    while (state !== READY) {
      if (state === TRANSIENT_FAILURE) throw await this.#reasonOfFailure();
      const isLate = await new Promise<boolean>((changed) =>
        channel.watchConnectivityState(state, this.#deadline, (error) => changed(error != null))
      );
      if (isLate) {
        throw explainConnecting("", this.#host, this.#port, this.#options.timeoutMs ?? CONNECT_MS);
      }
      state = channel.getConnectivityState(state === IDLE);
    }
  }

  /** The channel does not tell why it failed; a call fails at once and does. */
  async #reasonOfFailure(): Promise<LinkError> {
    const details = await new Promise<string>((done) =>
      this.#client.ping(
        { hello: this.#hello },
        { deadline: Date.now() + 1000 },
        (error) => done(error?.details ?? ""),
      )
    );
    return explainConnecting(details || "failed", this.#host, this.#port, 0);
  }

  open(kind: SessionKind, capabilities?: readonly string[]): ControlLink {
    const call = kind === "push" ? this.#client.push() : this.#client.pull();
    const stream = this.#stream(call);
    const link = new FrameLink(
      stream,
      this.peer,
      capabilities === undefined
        ? this.#hello
        : { ...this.#hello, capabilities: [...capabilities] },
      this.#options.messageBytes ?? MESSAGE_BYTES,
    );
    link.greet();
    return link;
  }

  #stream(call: ClientDuplexStream<Buffer, Buffer>): MessageStream {
    const stream = new MessageStream(call, {
      role: "client",
      cancel: () => call.cancel(),
      explain: (status, hasSpoken) => explainStatus(status, this.peer, hasSpoken),
    });
    const close = () =>
      stream.break(new LinkError("closed", `The connection to ${this.peer} has been closed.`));
    this.#open.add(close);
    stream.settled.then(() => this.#open.delete(close));
    return stream;
  }

  async carry(token: Uint8Array): Promise<Carry> {
    // Of its own: on a shared one a stream that nobody reads would fill the connection's window,
    // and the control frames that its reader waits for could not pass.
    const options = { ...this.#options, timeoutMs: CONNECT_MS };
    const channel = await ClientChannel.open(this.#host, this.#port, options);
    const close = () => channel.close();
    this.#open.add(close);
    try {
      const stream = channel.#stream(channel.#client.carry());
      stream.settled.then(() => this.#open.delete(close));
      await stream.write(encodeToken(token));
      const answer = await stream.read();
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
    return this.#unary((done, deadline) =>
      this.#client.ping({ hello: this.#hello }, deadline, done)
    );
  }

  listModules(): Promise<ListModulesReply> {
    return this.#unary((done, deadline) =>
      this.#client.listModules({ hello: this.#hello }, deadline, done)
    );
  }

  ask(question: Question): AnswerSource {
    const stream = this.#stream(this.#client[question.$case]());
    stream.write(encodeQuestion(question, this.#hello)).catch(() => {});
    stream.end();
    return new AnswerReader(stream, this.peer);
  }

  #unary<Reply>(
    call: (
      done: (error: ServiceError | null, reply?: Reply) => void,
      deadline: { deadline: number },
    ) => void,
  ): Promise<Reply> {
    return new Promise((resolve, reject) =>
      call((error, reply) => {
        if (reply !== undefined) resolve(reply);
        else reject(explainStatus(error ?? { code: -1, details: "" }, this.peer, false));
      }, { deadline: Date.now() + CONNECT_MS })
    );
  }

  close(): void {
    for (const close of [...this.#open]) close();
    this.#end();
  }

  #end(): void {
    this.#client.close();
    this.#door?.close();
  }
}
