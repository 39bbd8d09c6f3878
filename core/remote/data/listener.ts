import type { Acceptor } from "../acceptor.ts";
import { GREETING_BYTES, GreetingAnswer, tokenOf } from "./greeting.ts";
import { TokenMaker } from "./token.ts";

/** How a listener is to be. */
export interface DataListenerOptions {
  /** How long a connection may take to show its token; 5,000 unless said. */
  readonly greetingMs?: number;
  /** Connections at once that have not shown one; 64 unless said. */
  readonly strangersMax?: number;
  /** How long a token is good; 30,000 unless said. */
  readonly tokenMs?: number;
  /** What makes the tokens; one of its own unless given. */
  readonly tokens?: TokenMaker;
}

/** A session whose data connections may come. */
export interface Expectation {
  /** One token for each stream, in their order. */
  readonly tokens: readonly Uint8Array[];
  /** The connection of a stream, when it has come; undefined once forgotten. For each stream once. */
  arrived(stream: number): Promise<Deno.TcpConn | undefined>;
  /** Ends the session: closes what came and was not asked for, and admits nothing more. */
  forget(): void;
}

/** When all places are taken, a stranger who has been silent for this long has to go. */
const PATIENCE_MS = 250;
/** At least so long is listened first: what came while this process was busy is no silence. */
const LISTEN_MS = 10;
/** A timer so late says that this process has not listened either. */
const LATE_MS = 50;

interface Stranger {
  readonly conn: Deno.TcpConn;
  /** From when on it is silent; undefined once its greeting is there and is being judged. */
  silentSince: number | undefined;
}

interface Slot {
  readonly promise: Promise<Deno.TcpConn | undefined>;
  readonly resolve: (conn: Deno.TcpConn | undefined) => void;
  conn: Deno.TcpConn | undefined;
  isTaken: boolean;
  isForgotten: boolean;
}

/**
 * The daemon's data port on one address: admits connections that show a token within a deadline and
 * a number of bytes, and hands them to the session that the token was made for.
 */
export class DataListener {
  readonly #acceptor: Acceptor;
  readonly #tokens: TokenMaker;
  readonly #greetingMs: number;
  readonly #strangersMax: number;
  readonly #tokenMs: number;
  readonly #strangers = new Set<Stranger>();
  readonly #sessions = new Map<string, Slot[]>();
  /** Those who wait for a place to be free. */
  readonly #waiting = new Set<() => void>();
  /** Resolves when it has stopped accepting. */
  readonly finished: Promise<void>;

  /** Admits what `acceptor` accepts from now on, and closes it with itself. */
  constructor(acceptor: Acceptor, options: DataListenerOptions = {}) {
    this.#acceptor = acceptor;
    this.#tokens = options.tokens ?? new TokenMaker();
    this.#greetingMs = options.greetingMs ?? 5000;
    this.#strangersMax = options.strangersMax ?? 64;
    this.#tokenMs = options.tokenMs ?? 30_000;
    this.finished = acceptor.accept({
      serve: (conn) => this.#admit(conn),
      ready: () => this.#waitForPlace(),
    });
  }

  /** The port it listens on. */
  get port(): number {
    return this.#acceptor.port;
  }

  /** Connections that have not shown a token yet. */
  get strangers(): number {
    return this.#strangers.size;
  }

  /** Makes tokens for the streams of a session (16 bytes, random), and admits them. */
  async expect(session: Uint8Array, streams: number): Promise<Expectation> {
    const id = session.toHex();
    if (this.#sessions.has(id)) throw new Error("The session is expected already");
    const slots = Array.from({ length: streams }, makeSlot);
    this.#sessions.set(id, slots);
    const tokens: Uint8Array[] = [];
    for (let stream = 0; stream < streams; stream++) {
      tokens.push(await this.#tokens.make(session, stream, this.#tokenMs));
    }
    return {
      tokens,
      arrived: (stream) => {
        const slot = slots[stream];
        if (slot === undefined) throw new RangeError(`There is no stream ${stream}`);
        if (slot.isForgotten) return Promise.resolve(undefined);
        slot.isTaken = true;
        return slot.promise;
      },
      forget: () => {
        this.#sessions.delete(id);
        for (const slot of slots) {
          if (!slot.isTaken) slot.conn?.close();
          slot.isForgotten = true;
          slot.resolve(undefined);
        }
      },
    };
  }

  /** Stops listening and sends strangers away. Connections handed over stay. */
  close(): void {
    this.#acceptor.close();
    for (const { conn } of this.#strangers) closeQuietly(conn);
    this.#placeFreed();
  }

  #placeFreed(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #admit(conn: Deno.TcpConn): void {
    const stranger: Stranger = { conn, silentSince: performance.now() };
    this.#strangers.add(stranger);
    void this.#greet(stranger).then((slot) => {
      this.#strangers.delete(stranger);
      this.#placeFreed();
      if (slot === undefined || slot.isForgotten) return closeQuietly(conn);
      slot.conn = conn;
      slot.resolve(conn);
    });
  }

  /** Waits while all places are taken, and then makes one: the silent cannot keep others out. */
  async #waitForPlace(): Promise<void> {
    while (!this.#acceptor.isClosed && this.#strangers.size >= this.#strangersMax) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      // A Set keeps the order: the first of them came first.
      const silent = this.#strangers.values().find((one) => one.silentSince !== undefined);
      const timer = silent === undefined ? undefined : dismiss(silent, resolve);
      await promise;
      this.#waiting.delete(resolve);
      clearTimeout(timer);
    }
  }

  /** Reads a greeting and answers it; the slot that the connection is for, if it is for one. */
  async #greet(stranger: Stranger): Promise<Slot | undefined> {
    const { conn } = stranger;
    const timer = setTimeout(() => closeQuietly(conn), this.#greetingMs);
    try {
      const greeting = new Uint8Array(GREETING_BYTES);
      for (let filled = 0; filled < GREETING_BYTES;) {
        const count = await conn.read(greeting.subarray(filled));
        if (count === null) return undefined;
        filled += count;
      }
      stranger.silentSince = undefined;
      const { answer, slot } = await this.#judge(greeting);
      conn.setNoDelay(true);
      await conn.write(new Uint8Array([answer]));
      return slot;
    } catch {
      return undefined; // closed by the peer, the deadline or us
    } finally {
      clearTimeout(timer);
    }
  }

  async #judge(greeting: Uint8Array): Promise<{ answer: number; slot?: Slot }> {
    const token = tokenOf(greeting);
    if (typeof token === "number") return { answer: token };
    const verdict = await this.#tokens.redeem(token);
    if (verdict.kind !== "good") return { answer: GreetingAnswer.Refused };
    const slot = this.#sessions.get(verdict.session)?.[verdict.stream];
    if (slot === undefined) return { answer: GreetingAnswer.Refused };
    return { answer: GreetingAnswer.Welcome, slot };
  }
}

/** Closes a stranger's connection when it has been silent for too long, and was listened to. */
function dismiss(
  stranger: Stranger,
  askAgain: () => void,
): ReturnType<typeof setTimeout> {
  const now = performance.now();
  const leftMs = Math.max(LISTEN_MS, (stranger.silentSince ?? now) + PATIENCE_MS - now);
  return setTimeout(() => {
    const isLate = performance.now() > now + leftMs + LATE_MS;
    if (stranger.silentSince !== undefined && !isLate) return closeQuietly(stranger.conn);
    if (isLate) stranger.silentSince &&= performance.now();
    askAgain();
  }, leftMs);
}

function makeSlot(): Slot {
  const { promise, resolve } = Promise.withResolvers<Deno.TcpConn | undefined>();
  return { promise, resolve, conn: undefined, isTaken: false, isForgotten: false };
}

function closeQuietly(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
