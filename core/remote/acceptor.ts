/** Where a connection cannot be accepted, the next is not hurried. */
const PAUSE_MS = 50;

/** An address that cannot be listened on; the message is that of the cause. */
export class ListenError extends Error {
  /** An error of `address` and `port`, and of what `Deno.listen` threw. */
  constructor(readonly address: string, readonly port: number, override readonly cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** What is done about connections. */
export interface Accepting {
  /** Takes a connection over. */
  readonly serve: (conn: Deno.TcpConn) => void;
  /** Resolves when there is a place for one more; there always is unless given. */
  readonly ready?: () => Promise<void>;
  /** None could be accepted, for want of descriptors perhaps: some may be given up. */
  readonly failed?: () => void;
}

/** Accepts the connections of one address. */
export class Acceptor {
  readonly #listener: Deno.TcpListener;
  #isClosed = false;

  /** Accepts from `listener`, which is its own from now on. */
  constructor(listener: Deno.TcpListener) {
    this.#listener = listener;
  }

  /** The address it listens on. */
  get address(): Deno.NetAddr {
    return this.#listener.addr;
  }

  /** The port it listens on. */
  get port(): number {
    return this.address.port;
  }

  /** It accepts nothing more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Accepts one connection after the other, whatever fails; resolves once it is closed. */
  async accept({ serve, ready, failed }: Accepting): Promise<void> {
    while (!this.#isClosed) {
      await ready?.();
      try {
        const conn = await this.#listener.accept();
        if (this.#isClosed) return conn.close();
        serve(conn);
      } catch {
        if (this.#isClosed) return;
        failed?.();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  /** Stops listening. Connections handed over stay. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.close();
  }
}

/**
 * Listens on one port of all `addresses`, as `Deno.listen` takes them; port 0 takes one that is
 * free on the first. Gives an acceptor for each, in their order.
 *
 * @throws {ListenError} where it cannot; it listens nowhere then
 */
export function listenOn(addresses: readonly string[], port: number): Acceptor[] {
  const acceptors: Acceptor[] = [];
  for (const hostname of addresses) {
    const wanted = acceptors[0]?.port ?? port;
    try {
      acceptors.push(new Acceptor(Deno.listen({ hostname, port: wanted })));
    } catch (error) {
      for (const acceptor of acceptors) acceptor.close();
      throw new ListenError(hostname, wanted, error);
    }
  }
  return acceptors;
}
