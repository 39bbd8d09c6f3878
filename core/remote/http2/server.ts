import { type Accept, Http2Connection } from "./connection.ts";

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
}

/** Connections at once; of more, those that have been without a call for longest have to go. */
const CONNECTIONS_MAX = 1000;
const IDLE_MS = 10_000;
/** How often connections without a call are looked for. */
const LOOK_MS = 1000;
/** Out of descriptors, or a connection that was gone at once: not to be hurried. */
const PAUSE_MS = 50;

/** A place that does not listen, and why not. */
export class ListenError extends Error {
  /** An error of `address` and `port`, and of what `Deno.listen` threw. */
  constructor(readonly address: string, readonly port: number, override readonly cause: unknown) {
    super(`Cannot listen on ${address} port ${port}`);
  }
}

/** Serves HTTP/2 on some addresses. */
export class Http2Server {
  readonly #options: Http2ServerOptions;
  readonly #listeners: Deno.TcpListener[] = [];
  /** Since when each has been without a call, in milliseconds of `performance.now()`. */
  readonly #connections = new Map<Http2Connection, number>();
  readonly #timer: ReturnType<typeof setInterval>;
  #isLeaving = false;

  /**
   * Listens from now on.
   *
   * @throws {ListenError} where it cannot; it listens nowhere then
   */
  constructor(options: Http2ServerOptions) {
    this.#options = options;
    for (const hostname of options.addresses) {
      const port = this.#listeners.length === 0 ? options.port : this.port;
      try {
        this.#listeners.push(Deno.listen({ hostname, port }));
      } catch (error) {
        for (const listener of this.#listeners) listener.close();
        throw new ListenError(hostname, port, error);
      }
    }
    for (const listener of this.#listeners) this.#listen(listener);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** The port it listens on. */
  get port(): number {
    return this.#listeners[0]?.addr.port ?? 0;
  }

  /** Takes no more connections and calls; resolves when those there are have ended. */
  async leave(): Promise<void> {
    this.#stopListening();
    const connections = [...this.#connections.keys()];
    for (const connection of connections) connection.close();
    await Promise.all(connections.map(({ over }) => over));
  }

  /** Ends everything at once. */
  close(): void {
    this.#stopListening();
    clearInterval(this.#timer);
    for (const connection of [...this.#connections.keys()]) connection.hangUp();
  }

  #stopListening(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    for (const listener of this.#listeners) listener.close();
  }

  async #listen(listener: Deno.TcpListener): Promise<void> {
    while (!this.#isLeaving) {
      let conn: Deno.TcpConn | undefined;
      try {
        conn = await listener.accept();
        this.#serve(conn);
      } catch {
        conn?.close();
        if (!this.#isLeaving) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  #serve(conn: Deno.TcpConn): void {
    const { hostname, port } = conn.remoteAddr;
    const peer = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
    const connection = Http2Connection.serve(conn, (...request) => {
      this.#options.accept(peer, ...request);
    });
    if (this.#connections.size >= CONNECTIONS_MAX) this.#makeRoom();
    this.#connections.set(connection, performance.now());
    connection.over.then(() => this.#connections.delete(connection));
  }

  /** Closes connections that nobody uses. */
  #look(): void {
    const now = performance.now();
    const idleMs = this.#options.idleMs ?? IDLE_MS;
    for (const [connection, since] of this.#connections) {
      if (connection.isBusy) this.#connections.set(connection, now);
      else if (now - since >= idleMs) connection.close();
    }
  }

  /** The connection that has been without a call for longest has to go. */
  #makeRoom(): void {
    const [first] = [...this.#connections].filter(([connection]) => !connection.isBusy)
      .sort(([, one], [, other]) => one - other);
    first?.[0].hangUp();
  }
}
