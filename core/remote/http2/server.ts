import { type Acceptor, listenOn } from "../acceptor.ts";
import { type Accept, ServerConnection } from "./server_connection.ts";

/** How a server is to be. */
export interface Http2ServerOptions {
  /** Addresses to listen on, as `Deno.listen` takes them. */
  readonly addresses: readonly string[];
  /** Port, the same on each address; 0 takes any that is free. */
  readonly port: number;
  /** Hears of each request, and by whom it is made, as `address:port`. */
  readonly accept: (peer: string, ...request: Parameters<Accept>) => void;
  /** A connection without a call is closed after this; 10,000 ms unless said. */
  readonly idleMs?: number;
  /** Connections at once; 1,000 unless said. */
  readonly connectionsMax?: number;
}

/** Connections at once: of more, the one that has been without a call for longest has to go. */
const CONNECTIONS_MAX = 1000;
const IDLE_MS = 10_000;
/** How often connections without a call are looked for. */
const LOOK_MS = 1000;
/** A look so late says that this process has been stopped, or busy with something else. */
const AWAY_MS = 5 * LOOK_MS;

/** Serves HTTP/2 on some addresses. */
export class Http2Server {
  readonly #options: Http2ServerOptions;
  readonly #acceptors: readonly Acceptor[];
  readonly #connections = new Set<ServerConnection>();
  readonly #timer: ReturnType<typeof setInterval>;
  #lookedAt = performance.now();

  /**
   * Listens from now on.
   *
   * @throws {ListenError} where it cannot; it listens nowhere then
   */
  constructor(options: Http2ServerOptions) {
    this.#options = options;
    this.#acceptors = listenOn(options.addresses, options.port);
    for (const acceptor of this.#acceptors) {
      acceptor.accept({ serve: (conn) => this.#serve(conn), failed: () => this.#makeRoom() });
    }
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** The port it listens on. */
  get port(): number {
    return this.#acceptors[0]?.port ?? 0;
  }

  /** Takes no more connections and calls; resolves when those there are have ended. */
  async leave(): Promise<void> {
    this.#stopListening();
    const connections = [...this.#connections];
    for (const connection of connections) connection.close();
    await Promise.all(connections.map(({ over }) => over));
  }

  /** Ends everything at once. */
  close(): void {
    this.#stopListening();
    clearInterval(this.#timer);
    for (const connection of [...this.#connections]) connection.hangUp();
  }

  #stopListening(): void {
    for (const acceptor of this.#acceptors) acceptor.close();
  }

  #serve(conn: Deno.TcpConn): void {
    const { connectionsMax = CONNECTIONS_MAX } = this.#options;
    const isFull = this.#connections.size >= connectionsMax && !this.#makeRoom();
    if (isFull) return conn.close();
    const { hostname, port } = conn.remoteAddr;
    const peer = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
    const connection = new ServerConnection(conn, (...request) => {
      this.#options.accept(peer, ...request);
    });
    this.#connections.add(connection);
    connection.over.then(() => this.#connections.delete(connection));
  }

  /** Closes connections that nobody uses, and those whose peers are not there any more. */
  #look(): void {
    const idleMs = this.#options.idleMs ?? IDLE_MS;
    const now = performance.now();
    const wasAway = now - this.#lookedAt > AWAY_MS;
    this.#lookedAt = now;
    for (const connection of [...this.#connections]) {
      if (connection.idleMs >= idleMs) connection.close();
      else connection.check(wasAway);
    }
  }

  /** Hangs up the connection that has been without a call for longest; false if there is none. */
  #makeRoom(): boolean {
    const idle = [...this.#connections].filter(({ idleMs }) => idleMs > 0)
      .sort((one, other) => other.idleMs - one.idleMs);
    idle[0]?.hangUp();
    return idle.length > 0;
  }
}
