import type {
  Abort,
  Answer,
  Frame,
  Hello,
  ListModulesReply,
  PingReply,
} from "../../../proto/generated/blit.ts";
import type { Question } from "./question.ts";

/** Which of the two ends the client is: push, the source; pull, the destination. */
export type SessionKind = "push" | "pull";

/** One end of a session: frames both ways, with back-pressure, over a link that is watched. */
export interface ControlLink {
  /** The other end as sentences name it: `"host" port 9031`, `the client at 10.0.0.7:51234`. */
  readonly peer: string;
  /** When the peer was last heard of, if only that it lives; as `performance.now()` gives it. */
  readonly heardAt: number;
  /** What the peer said of itself; rejects as `receive` does. */
  readonly hello: Promise<Hello>;
  /**
   * Sends a frame; resolves when there is room for another.
   *
   * @throws {LinkError} when the link is over
   */
  send(frame: Frame): Promise<void>;
  /**
   * The next frame; undefined when the peer has ended its half properly. One call at a time.
   *
   * @throws {LinkError} when the peer vanished, fell silent, spoke nonsense or refused, or this end
   * has aborted
   */
  receive(): Promise<Frame | undefined>;
  /**
   * This end has said all. The client then receives until undefined; a server's `end` ends the
   * whole session.
   */
  end(): void;
  /** Tells the peer why this end gives up, and ends the link: `receive` and `send` throw. */
  abort(reason: Abort): void;
  /** Resolves when the link is over, however it ended; never rejects. */
  readonly settled: Promise<void>;
}

/** One stream of the data plane over gRPC; read and written like a `Deno.Conn`. */
export interface Carry {
  /** Fills at most the buffer; null when the peer has ended its half properly. */
  read(into: Uint8Array): Promise<number | null>;
  /** The next piece without a copy, up to 256 KiB; null when the peer has ended its half. */
  readChunk(): Promise<Uint8Array | null>;
  /**
   * Sends all of the bytes; resolves with their count when there is room for more. The buffer may
   * be used again.
   */
  write(bytes: Uint8Array): Promise<number>;
  /** Nothing more will be written; a server's `closeWrite` ends the whole stream. */
  closeWrite(): void;
  /** Ends both halves at once. */
  close(): void;
}

/** A stream that a client wants to carry data on, at the server. */
export interface CarryRequest {
  /** What the client shows as its right. */
  readonly token: Uint8Array;
  /** The client as sentences name it. */
  readonly peer: string;
  /** Takes the stream. */
  accept(): Carry;
  /** Refuses it with a sentence. */
  refuse(sentence: string): void;
}

/** Where a daemon says its answer to a question. */
export interface AnswerSink {
  /** The client as sentences name it. */
  readonly peer: string;
  /**
   * Sends an encoded `Answer`; resolves when there is room for another. Rejects when the client has
   * left.
   */
  send(message: Uint8Array): Promise<void>;
  /** Aborted when nobody wants the answer any more: the client has left, or the daemon stops. */
  readonly gone: AbortSignal;
  /** Says why there will be no more. */
  abort(reason: Abort): void;
}

/** An answer as it comes. */
export interface AnswerSource {
  /** The daemon as sentences name it. */
  readonly peer: string;
  /**
   * The next body but hellos and heartbeats; undefined when all has been said. An `abort` is the
   * last.
   *
   * @throws {LinkError} when the daemon vanished, fell silent or spoke nonsense
   */
  receive(): Promise<Answer["body"]>;
  /** Wants no more of it: the daemon stops. */
  close(): void;
}

/** How to connect. */
export interface ConnectOptions {
  /** This program's version, for people. */
  readonly version: string;
  /** What this end can do beyond the protocol's major version. */
  readonly capabilities?: readonly string[];
  /** Gives up at once; `connect` throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long reaching the server may take; 10 s by default. */
  readonly timeoutMs?: number;
  /** Bytes of one frame, both ways; 16 MiB by default. */
  readonly messageBytes?: number;
  /** The address that the host has, where that is known; sentences name the host. */
  readonly at?: string;
  /** Hears that the connection stands, and the server has been asked something. */
  readonly onAsked?: () => void;
}

/** A connection to a daemon. */
export interface Connection {
  /** The host, or the address that was given for it: data connections go there too. */
  readonly at: string;
  /** The daemon as sentences name it. */
  readonly peer: string;
  /** It is on this machine: the connection has one address at both ends. False until it stands. */
  readonly isHere: boolean;
  /** The address it leads to, in numbers; undefined until it stands. */
  readonly address: string | undefined;
  /**
   * Begins a session. The greeting is on its way already: send `begin` at once. Who stands for
   * somebody else gives what that one can do.
   */
  open(kind: SessionKind, capabilities?: readonly string[]): ControlLink;
  /**
   * Opens one stream of the data plane, over a connection of its own.
   *
   * @throws {LinkError} `refused` with the daemon's sentence, or as `connect` does
   */
  carry(token: Uint8Array): Promise<Carry>;
  /** Whether a daemon is there, and which. */
  ping(): Promise<PingReply>;
  /** What the daemon exports. */
  listModules(): Promise<ListModulesReply>;
  /** Asks a question whose answer streams. */
  ask(question: Question): AnswerSource;
  /** Ends everything that is open. */
  close(): void;
}

/** What a server is asked. */
export interface ServerHandlers {
  /**
   * A session has begun: both ends have greeted. The session is over when the promise settles; the
   * link is ended then if it was not (after a rejection with an abort `internal`).
   */
  onSession(kind: SessionKind, link: ControlLink): Promise<void>;
  /** A client wants to carry data; accept or refuse within the pre-authentication time. */
  onCarry(request: CarryRequest): void | Promise<void>;
  /**
   * A client has asked a question. The answer is ended when the promise resolves; when it rejects,
   * the client is told that the daemon has failed. Without this, no question is answered.
   */
  onAsk?(question: Question, sink: AnswerSink): Promise<void>;
  /** What is exported; `hello` is filled in. */
  onListModules(): Omit<ListModulesReply, "hello">;
}

/** How to serve. */
export interface ServerOptions extends ServerHandlers {
  /** Addresses to listen on, IPv6 without brackets. */
  readonly addresses: readonly string[];
  /** The port; 0 takes one that is free, the same on all addresses. */
  readonly port: number;
  /** This program's version, for people. */
  readonly version: string;
  /** What this end can do beyond the protocol's major version. */
  readonly capabilities?: readonly string[];
  /** Limits; each has a default. */
  readonly limits?: ServerLimits;
}

/** What peers may use up. */
export interface ServerLimits {
  /** Sessions at once, and as many questions; one more is refused with a sentence. 100 by default. */
  readonly sessions?: number;
  /** Bytes of one frame, both ways. 16 MiB by default. */
  readonly messageBytes?: number;
  /** How long a client may take nothing of an answer. 10 minutes by default. */
  readonly idleMs?: number;
  /** How long a call may take to greet or to show its token. 5 s by default. */
  readonly preAuthenticationMs?: number;
}

/** A server that runs. */
export interface ControlServer {
  /** The port it listens on. */
  readonly port: number;
  /** Sessions that run now. */
  readonly sessions: number;
  /**
   * Begins no new session, and resolves when all have ended; those that have not at the deadline
   * are aborted with a sentence.
   */
  drain(deadlineMs: number): Promise<void>;
  /** Ends everything at once. */
  close(): void;
}
