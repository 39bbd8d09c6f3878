import type { Name } from "../sys/sys.ts";

/** A tree that a daemon exports. */
export interface Module {
  /** As it stands in `server:/name/`; empty for the default export, `server://`. */
  readonly name: string;
  /** The root: absolute, NUL-terminated. */
  readonly path: Name;
  /** A line for people who list the modules; may be empty. */
  readonly comment: string;
  /** Refuse everything that would change it. */
  readonly readOnly: boolean;
  /** Serve it from inside a changed root where the daemon has the right. */
  readonly useChroot: boolean;
}

/** What peers may use up. */
export interface Limits {
  /** Sessions at once; a further one is refused with a sentence. */
  readonly sessions: number;
  /** Data connections of one session. */
  readonly streamsPerSession: number;
  /** Bytes of one message on the control plane. */
  readonly messageBytes: number;
  /** How long a session may stay without a word or a byte. */
  readonly idleMs: number;
  /** How long a connection may take until it has said who it is and what it wants. */
  readonly preAuthenticationMs: number;
}

/** All that a session server is started with. */
export interface DaemonSettings {
  /** Addresses to listen on, one or more; as `Deno.listen` takes them. */
  readonly addresses: readonly string[];
  /** Control port; 0 takes any that is free. */
  readonly port: number;
  /** Data port; 0 takes any that is free. */
  readonly dataPort: number;
  /** A greeting for people who list the modules; may be empty. */
  readonly motd: string;
  readonly modules: readonly Module[];
  readonly limits: Limits;
}

/** How much a log line matters. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** Where a server says what happens; control characters are escaped by the log, not by callers. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
  /** The same log with a session's id on each line. */
  session(id: string): Log;
}

/** A session server that runs. */
export interface SessionServer {
  /** The control port it listens on. */
  readonly port: number;
  /** The data port it listens on. */
  readonly dataPort: number;
  /** Takes other modules and another greeting; sessions that run keep what they began with. */
  reload(modules: readonly Module[], motd: string): void;
  /** Accepts nothing new, and resolves when all sessions have ended or were ended at the deadline. */
  drain(deadlineMs: number): Promise<void>;
  /** Ends everything at once. */
  close(): void;
}

/**
 * Starts a session server.
 *
 * @throws {Error} with a sentence for people as its message where it cannot listen
 */
export type StartServer = (settings: DaemonSettings, log: Log) => Promise<SessionServer>;
