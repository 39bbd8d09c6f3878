import type { Hello } from "../../../proto/generated/blit.ts";
import { AnswerWriter } from "./answer_writer.ts";
import type { Call } from "./call.ts";
import type { ControlServer, ServerOptions, SessionKind } from "./control.ts";
import { lostConnection, MessageStream } from "./message_stream.ts";
import { MESSAGE_BYTES } from "./messages.ts";
import { hearQuestion } from "./hear_question.ts";
import type { Question, QuestionKind } from "./question.ts";
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  status,
} from "./library.ts";
import { FrameLink, PROTOCOL } from "./link.ts";
import { LinkError } from "./link_error.ts";
import { REFUSED } from "./explain.ts";
import { listen } from "./listen.ts";
import { afterPatience } from "./patience.ts";
import { receiveToken } from "./receive_token.ts";
import { SERVICE } from "./service.ts";
import { transportOptions } from "./transport_options.ts";

type Duplex = ServerDuplexStream<Uint8Array, Uint8Array>;

const SESSIONS = 100;
const PRE_AUTHENTICATION_MS = 5000;
const IDLE_MS = 600_000;
/** Calls that have not said yet who they are. */
const STRANGERS = 64;
/** Calls at once on one connection; a client needs one for its session, and a ping beside it. */
const CALLS_PER_CONNECTION = 8;
/** A connection without a call is closed after this. */
const IDLE_CONNECTION_MS = 10_000;
/** How long clients may take to read why their sessions were ended. */
const FAREWELL_MS = 500;

/**
 * Starts a server of the control plane.
 *
 * @throws {LinkError} `cannot-listen` with a sentence that says why
 */
export async function startServer(options: ServerOptions): Promise<ControlServer> {
  const server = new GrpcServer(options);
  await server.listen();
  return server;
}

/** Ends a call at once: grpc-js sends the status of an error; to destroy the call would send none. */
function cancel(call: Duplex): void {
  call.emit("error", { code: status.ABORTED, details: "Closed." });
}

/** A call as grpc-js has it. */
function callOf(call: Duplex): Call {
  return {
    hear: ({ data, end, cancelled }) => {
      call.on("data", data);
      call.on("end", end);
      call.on("cancelled", cancelled);
      call.on("error", cancelled);
    },
    write: (message, written) => call.write(message, written),
    end: () => call.end(),
    pause: () => call.pause(),
    resume: () => call.resume(),
    cancel: () => cancel(call),
  };
}

class GrpcServer implements ControlServer {
  port: number = 0;
  readonly #options: ServerOptions;
  readonly #server: Server;
  readonly #hello: Hello;
  readonly #messageBytes: number;
  readonly #preAuthenticationMs: number;
  readonly #links: Set<FrameLink> = new Set();
  readonly #answers: Set<AnswerWriter> = new Set();
  #strangers = 0;
  #isDraining = false;
  #drained = Promise.withResolvers<void>();

  constructor(options: ServerOptions) {
    const { limits = {} } = options;
    this.#options = options;
    this.#messageBytes = limits.messageBytes ?? MESSAGE_BYTES;
    this.#preAuthenticationMs = limits.preAuthenticationMs ?? PRE_AUTHENTICATION_MS;
    this.#hello = {
      ...PROTOCOL,
      version: options.version,
      capabilities: [...options.capabilities ?? []],
    };
    this.#server = new Server({
      ...transportOptions(this.#messageBytes),
      "grpc.max_concurrent_streams": CALLS_PER_CONNECTION,
      "grpc.max_connection_idle_ms": IDLE_CONNECTION_MS,
    });
    const hello = this.#hello;
    const ping: handleUnaryCall<unknown, unknown> = (_call, reply) =>
      reply(null, { hello, sessions: this.sessions });
    const listModules: handleUnaryCall<unknown, unknown> = (_call, reply) =>
      reply(null, { hello, ...options.onListModules() });
    this.#server.addService(SERVICE, {
      push: (call: Duplex) => void this.#session("push", call),
      pull: (call: Duplex) => void this.#session("pull", call),
      carry: (call: Duplex) => void this.#carry(call),
      listModules,
      ping,
      list: (call: Duplex) => this.#ask("list", call),
      find: (call: Duplex) => this.#ask("find", call),
      diskUsage: (call: Duplex) => this.#ask("diskUsage", call),
      filesystemStats: (call: Duplex) => this.#ask("filesystemStats", call),
      purge: (call: Duplex) => this.#ask("purge", call),
      completePath: (call: Duplex) => this.#ask("completePath", call),
    });
  }

  get sessions(): number {
    return this.#links.size;
  }

  async listen(): Promise<void> {
    const { addresses, port } = this.#options;
    this.port = await listen(this.#server, ServerCredentials.createInsecure(), addresses, port);
  }

  #stream(call: Duplex, peer: string): MessageStream {
    // What goes wrong on a call that is over has nobody to tell.
    call.on("error", () => {});
    return new MessageStream(callOf(call), {
      role: "server",
      explain: () => lostConnection(peer),
    });
  }

  async #session(kind: SessionKind, call: Duplex): Promise<void> {
    const peer = `the client at ${call.getPeer()}`;
    const stream = this.#stream(call, peer);
    const link = new FrameLink(stream, peer, this.#hello, this.#messageBytes);
    const refusal = this.#refusal(this.#links.size, "sessions");
    if (refusal !== undefined) {
      link.abort({ ...refusal, exitCode: 1 });
      return;
    }
    this.#strangers++;
    const isHere = afterPatience(this.#preAuthenticationMs, () => {
      const message = "Nothing was said on a new connection for too long.";
      link.abort({ code: "timeout", message, exitCode: 1 });
    });
    try {
      await link.hello;
    } catch {
      stream.end();
      return;
    } finally {
      this.#strangers--;
      isHere();
    }
    await this.#run(kind, link);
  }

  async #run(kind: SessionKind, link: FrameLink): Promise<void> {
    this.#links.add(link);
    link.greet();
    try {
      await this.#options.onSession(kind, link);
      link.end();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      link.abort({ code: "internal", message, exitCode: 1 });
    } finally {
      this.#links.delete(link);
      this.#noteEnd();
    }
  }

  /** Why a new session cannot begin, or a question be answered, if so many run already. */
  #refusal(
    running: number,
    what: "sessions" | "questions",
  ): { code: string; message: string } | undefined {
    if (this.#isDraining) {
      return { code: "stopping", message: "The daemon is stopping and begins no new session." };
    }
    const limit = this.#options.limits?.sessions ?? SESSIONS;
    if (running + this.#strangers < Math.min(limit, running + STRANGERS)) return;
    const message = `The daemon has ${limit} ${what} already, as many as it allows. Try later.`;
    return { code: "busy", message };
  }

  #noteEnd(): void {
    if (this.#isDraining && this.#links.size + this.#answers.size === 0) this.#drained.resolve();
  }

  /** One of the calls whose answers stream. */
  #ask(kind: QuestionKind, call: Duplex): void {
    const peer = `the client at ${call.getPeer()}`;
    const stream = this.#stream(call, peer);
    const answer = new AnswerWriter(stream, peer, this.#messageBytes);
    const refusal = this.#refusal(this.#answers.size, "questions");
    if (refusal !== undefined) {
      answer.abort({ ...refusal, exitCode: 1 });
      return;
    }
    this.#strangers++;
    hearQuestion(kind, stream, answer, this.#preAuthenticationMs)
      .finally(() => this.#strangers--)
      .then((question) => question === undefined ? undefined : this.#answer(question, answer));
  }

  async #answer(question: Question, answer: AnswerWriter): Promise<void> {
    this.#answers.add(answer);
    answer.greet(this.#hello, this.#options.limits?.idleMs ?? IDLE_MS);
    try {
      if (this.#options.onAsk === undefined) throw new Error("Nobody answers here.");
      await this.#options.onAsk(question, answer);
      answer.end();
    } catch {
      const message = "The daemon has failed: a defect.";
      answer.abort({ code: "internal", message, exitCode: 1 });
    } finally {
      this.#answers.delete(answer);
      this.#noteEnd();
    }
  }

  async #carry(call: Duplex): Promise<void> {
    const peer = `the client at ${call.getPeer()}`;
    const stream = this.#stream(call, peer);
    const refuse = (details: string) => {
      call.emit("error", { code: REFUSED, details });
      stream.endAndBreak(new LinkError("refused", details));
    };
    if (this.#strangers >= STRANGERS) {
      refuse("Too many connections wait to be told who they are. Try later.");
      return;
    }
    this.#strangers++;
    const isHere = afterPatience(
      this.#preAuthenticationMs,
      () => refuse("A data stream did not show its token in time."),
    );
    try {
      const request = await receiveToken(stream, peer, refuse, () => cancel(call));
      await this.#options.onCarry(request);
    } catch (error) {
      refuse(error instanceof LinkError ? error.message : "The data stream was refused.");
    } finally {
      this.#strangers--;
      isHere();
    }
  }

  async drain(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    if (this.#links.size + this.#answers.size > 0) {
      const timer = setTimeout(this.#drained.resolve, deadlineMs);
      await this.#drained.promise;
      clearTimeout(timer);
      const message = "The daemon is stopping and has ended the session.";
      for (const running of [...this.#links, ...this.#answers]) {
        running.abort({ code: "stopping", message, exitCode: 1 });
      }
    }
    const stopped = Promise.withResolvers<void>();
    this.#server.tryShutdown(() => stopped.resolve());
    const timer = setTimeout(stopped.resolve, FAREWELL_MS);
    await stopped.promise;
    clearTimeout(timer);
    this.close();
  }

  close(): void {
    this.#isDraining = true;
    this.#server.forceShutdown();
    const error = new LinkError("closed", "The server has been closed.");
    for (const running of [...this.#links, ...this.#answers]) running.break(error);
  }
}
