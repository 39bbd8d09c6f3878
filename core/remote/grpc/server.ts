import { type Hello, ListModulesReply, PingReply } from "../../../proto/generated/blit.ts";
import { type Fields, Http2Server, type Http2Stream, type StreamListener } from "../http2/mod.ts";
import { AnswerWriter } from "./answer_writer.ts";
import { CallCode } from "./call.ts";
import type { ControlServer, ServerOptions, SessionKind } from "./control.ts";
import { lostConnection, MessageStream } from "./message_stream.ts";
import { MESSAGE_BYTES, METHOD_PREFIX } from "./messages.ts";
import { hearQuestion } from "./hear_question.ts";
import type { Question, QuestionKind } from "./question.ts";
import { FrameLink, PROTOCOL } from "./link.ts";
import { LinkError } from "./link_error.ts";
import { REFUSED } from "./explain.ts";
import { listening } from "./listen.ts";
import { afterPatience } from "./patience.ts";
import { receiveToken } from "./receive_token.ts";
import { answerStranger, isCall, ServerCall } from "./server_call.ts";

const SESSIONS = 100;
const PRE_AUTHENTICATION_MS = 5000;
const IDLE_MS = 600_000;
/** Calls that have not said yet who they are. */
const STRANGERS = 64;
/** The calls whose answers stream, by their methods. */
const QUESTIONS: ReadonlyMap<string, QuestionKind> = new Map([
  ["List", "list"],
  ["Find", "find"],
  ["DiskUsage", "diskUsage"],
  ["FilesystemStats", "filesystemStats"],
  ["Purge", "purge"],
  ["CompletePath", "completePath"],
]);
const TOO_MANY_STRANGERS = "Too many calls wait to be told who they are. Try later.";
/** How long clients may take to read why their sessions were ended. */
const FAREWELL_MS = 500;

/**
 * Starts a server of the control plane.
 *
 * @throws {LinkError} `cannot-listen` with a sentence that says why
 */
export function startServer(options: ServerOptions): ControlServer {
  return new GrpcServer(options);
}

/** Ends a call with a status that says why. */
function refuse(call: ServerCall, stream: MessageStream, code: number, details: string): void {
  call.refuse({ code, details });
  stream.endAndBreak(new LinkError("refused", details));
}

class GrpcServer implements ControlServer {
  readonly #options: ServerOptions;
  readonly #server: Http2Server;
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
    const { addresses, port } = options;
    this.#server = listening(() =>
      new Http2Server({
        addresses,
        port,
        accept: (peer, fields, open) => this.#accept(peer, fields, open),
      })
    );
  }

  get port(): number {
    return this.#server.port;
  }

  get sessions(): number {
    return this.#links.size;
  }

  /** A request has come. */
  #accept(
    peer: string,
    fields: Fields,
    open: (listener: StreamListener) => Http2Stream,
  ): void {
    if (!isCall(fields)) return answerStranger(open);
    const call = new ServerCall(peer, this.#messageBytes, open);
    const path = fields.get(":path") ?? "";
    this.#serve(path.startsWith(METHOD_PREFIX) ? path.slice(METHOD_PREFIX.length) : "", call);
  }

  #serve(method: string, call: ServerCall): void {
    const hello = this.#hello;
    const question = QUESTIONS.get(method);
    if (question !== undefined) this.#ask(question, call);
    else if (method === "Push") this.#session("push", call);
    else if (method === "Pull") this.#session("pull", call);
    else if (method === "Carry") this.#carry(call);
    else if (method === "Ping") {
      this.#tell(call, () => PingReply.encode({ hello, sessions: this.sessions }).finish());
    } else if (method === "ListModules") {
      const list = this.#options.onListModules;
      this.#tell(call, () => ListModulesReply.encode({ hello, ...list() }).finish());
    } else call.refuse({ code: CallCode.Unimplemented, details: "There is no such method." });
  }

  #stream(call: ServerCall, peer: string): MessageStream {
    return new MessageStream(call, { role: "server", explain: () => lostConnection(peer) });
  }

  /** One of the calls with one short answer, whoever asks. */
  async #tell(call: ServerCall, answer: () => Uint8Array): Promise<void> {
    const peer = `the client at ${call.peer}`;
    const stream = this.#stream(call, peer);
    if (this.#strangers >= STRANGERS) return refuse(call, stream, REFUSED, TOO_MANY_STRANGERS);
    const late = (): void =>
      refuse(call, stream, CallCode.DeadlineExceeded, "Nothing was asked in time.");
    try {
      const asked = await this.#fromStranger(stream.read(), late);
      if (asked === undefined) return refuse(call, stream, CallCode.Internal, "Nothing was asked.");
      stream.write(answer()).catch(() => {});
      stream.end();
    } catch {
      refuse(call, stream, CallCode.Internal, "The daemon could not answer: a defect.");
    }
  }

  /** Waits for what a call has to say first, of which a few may be waited for, and not for long. */
  async #fromStranger<Value>(said: Promise<Value>, late: () => void): Promise<Value> {
    this.#strangers++;
    const isHere = afterPatience(this.#preAuthenticationMs, late);
    try {
      return await said;
    } finally {
      this.#strangers--;
      isHere();
    }
  }

  async #session(kind: SessionKind, call: ServerCall): Promise<void> {
    const peer = `the client at ${call.peer}`;
    const stream = this.#stream(call, peer);
    const link = new FrameLink(stream, peer, this.#hello, this.#messageBytes);
    const refusal = this.#refusal(this.#links.size, "sessions");
    if (refusal !== undefined) {
      link.abort({ ...refusal, exitCode: 1 });
      return;
    }
    try {
      await this.#fromStranger(link.hello, () => {
        const message = "Nothing was said on a new connection for too long.";
        link.abort({ code: "timeout", message, exitCode: 1 });
      });
    } catch {
      stream.end();
      return;
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
  #ask(kind: QuestionKind, call: ServerCall): void {
    const peer = `the client at ${call.peer}`;
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

  async #carry(call: ServerCall): Promise<void> {
    const peer = `the client at ${call.peer}`;
    const stream = this.#stream(call, peer);
    const say = (details: string): void => refuse(call, stream, REFUSED, details);
    if (this.#strangers >= STRANGERS) return say(TOO_MANY_STRANGERS);
    const take = async (): Promise<void> =>
      await this.#options.onCarry(await receiveToken(stream, peer, say, () => call.cancel()));
    try {
      await this.#fromStranger(take(), () => say("A data stream did not show its token in time."));
    } catch (error) {
      say(error instanceof LinkError ? error.message : "The data stream was refused.");
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
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, FAREWELL_MS);
    await Promise.race([this.#server.leave(), late.promise]);
    clearTimeout(timer);
    this.close();
  }

  close(): void {
    this.#isDraining = true;
    this.#server.close();
    const error = new LinkError("closed", "The server has been closed.");
    for (const running of [...this.#links, ...this.#answers]) running.break(error);
  }
}
