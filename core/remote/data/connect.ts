import type { Handle } from "../../sys/mod.ts";
import { Ready, type Sockets } from "../../sys/sockets.ts";
import { turnOfTimers } from "../../sys/turn_of_events.ts";
import { after, type Timer } from "../../timer.ts";
import { GreetingAnswer, makeGreeting } from "./greeting.ts";
import { TOKEN_BYTES } from "./token.ts";

const CLOSED = "it closed without an answer";
/** How long an answer that nearly always is there at once is waited for before anything else. */
const LISTEN_MS = 2;

/** How to connect. */
export interface DataConnectOptions {
  /** For the connection; 3,000 unless said. */
  readonly timeoutMs?: number;
  /**
   * For the answer, once it stands; as long as for the connection if that is said, else 20,000: the
   * port is not filtered then, and its daemon only busy. Whoever gave up would have used its token.
   */
  readonly answerMs?: number;
  /** Gives up when it is aborted, with its reason. */
  readonly signal?: AbortSignal;
}

/** A data connection that could not be made. */
export class DataConnectError extends Error {
  /**
   * `"data-unreachable"`: nobody answers there, and another way may serve. `"data-refused"` and
   * `"data-version"`: the daemon is there and does not want it.
   */
  readonly code: "data-unreachable" | "data-refused" | "data-version";

  /** Makes the error. */
  constructor(code: DataConnectError["code"], sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "DataConnectError";
    this.code = code;
  }
}

/**
 * Connects to a daemon's data port and shows the token. Throws a DataConnectError, or the
 * signal's reason.
 */
export async function connectData(
  host: string,
  port: number,
  token: Uint8Array,
  options: DataConnectOptions = {},
): Promise<Deno.TcpConn> {
  const { timeoutMs = 3000, answerMs = options.timeoutMs ?? 20_000, signal } = options;
  signal?.throwIfAborted();
  const where = `"${host}" port ${port}`;
  let conn: Deno.TcpConn | undefined;
  let isOver = false;
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const giveUp = (ms: number): Timer =>
    after(ms, () => reject(unreachable(where, `no answer within ${ms / 1000} seconds`)));
  let timer = giveUp(timeoutMs);
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  try {
    // Whoever comes too late is closed at once.
    const connecting = Deno.connect({ hostname: host, port }).then((made) => {
      if (isOver) made.close();
      return made;
    });
    connecting.catch(() => {});
    conn = await Promise.race([connecting, givenUp]);
    conn.setNoDelay(true);
    timer.stop();
    timer = giveUp(answerMs);
    const greeting = greet(conn, token, where);
    greeting.catch(() => {});
    await Promise.race([greeting, givenUp]);
    return conn;
  } catch (error) {
    isOver = true;
    conn?.close();
    if (error instanceof DataConnectError || signal?.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw unreachable(where, reason, error);
  } finally {
    timer.stop();
    signal?.removeEventListener("abort", onAbort);
    givenUp.catch(() => {});
  }
}

async function greet(conn: Deno.TcpConn, token: Uint8Array, where: string): Promise<void> {
  // The token is the peer's word as well.
  if (token.length !== TOKEN_BYTES) throw otherVersion(where);
  const greeting = makeGreeting(token);
  for (let sent = 0; sent < greeting.length;) sent += await conn.write(greeting.subarray(sent));
  const answer = new Uint8Array(1);
  if (await conn.read(answer) === null) throw unreachable(where, CLOSED);
  judge(answer[0], where);
}

/** Throws what an answer other than a welcome means. */
function judge(answer: number | undefined, where: string): void {
  switch (answer) {
    case GreetingAnswer.Welcome:
      return;
    case GreetingAnswer.Refused:
      throw new DataConnectError(
        "data-refused",
        `The data port of ${where} does not accept the session's token.`,
      );
    default:
      throw otherVersion(where);
  }
}

/**
 * The same to a daemon of this machine, for an end that sends, by a socket of the mover's own (see
 * `Sockets.connectUnpaced`). Undefined where that cannot be had: nothing has been shown then.
 */
export async function connectWithin(
  sockets: Sockets,
  to: Deno.NetAddr,
  token: Uint8Array,
  { answerMs = 20_000, signal }: DataConnectOptions = {},
): Promise<SocketConnection | undefined> {
  signal?.throwIfAborted();
  const where = `"${to.hostname}" port ${to.port}`;
  if (token.length !== TOKEN_BYTES) throw otherVersion(where);
  const socket = sockets.connectUnpaced(to);
  if (socket < 0) return undefined;
  const connection = new SocketConnection(sockets, socket);
  try {
    const greeting = makeGreeting(token);
    const sent = sockets.send(socket, greeting, greeting.length, false);
    if (sent !== greeting.length) throw unreachable(where, CLOSED);
    const until = performance.now() + answerMs;
    while (sockets.wait(socket, Ready.Read, -1, LISTEN_MS) === 0) {
      if (performance.now() > until) {
        throw unreachable(where, `no answer within ${answerMs / 1000} seconds`);
      }
      await turnOfTimers();
      signal?.throwIfAborted();
    }
    const answer = new Uint8Array(1);
    if (sockets.receive(socket, answer, 1) !== 1) throw unreachable(where, CLOSED);
    judge(answer[0], where);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A connection by a socket that only a mover uses. */
export class SocketConnection {
  readonly #sockets: Sockets;
  #isOpen = true;

  /** Takes over a connected socket. */
  constructor(sockets: Sockets, readonly socket: Handle) {
    this.#sockets = sockets;
  }

  /** Closes it, once. */
  close(): void {
    if (this.#isOpen) this.#sockets.close(this.socket);
    this.#isOpen = false;
  }
}

function otherVersion(where: string): DataConnectError {
  return new DataConnectError(
    "data-version",
    `The data port of ${where} speaks another version of the protocol.`,
  );
}

function unreachable(where: string, reason: string, cause?: unknown): DataConnectError {
  const sentence = `Cannot reach the data port of ${where}: ${reason}.`;
  return new DataConnectError("data-unreachable", sentence, cause);
}
