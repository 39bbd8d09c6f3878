import type { Connection } from "../grpc/mod.ts";
import { after } from "../../timer.ts";
import { VERSION } from "../../version.ts";
import { CAPABILITIES } from "./capabilities.ts";

/** A server that is near can be asked within it. */
const MOMENT_MS = 2;

/**
 * Connects to a daemon; what that takes is loaded then. Says when the daemon has been asked whether it
 * is there, or a moment has passed without.
 */
export async function call(
  host: string,
  port: number,
  signal: AbortSignal | undefined,
  underWay: () => void = () => {},
): Promise<Connection> {
  const { dial } = await import("./dial.ts");
  const moment = after(MOMENT_MS, underWay);
  try {
    const options = { version: VERSION, capabilities: CAPABILITIES, signal, onAsked: underWay };
    return await dial(host, port, options);
  } finally {
    moment.stop();
    underWay();
  }
}

/** A connection that is being made before it is asked for. */
export class CalledAhead {
  /** Resolves when this thread has nothing to do for it but wait, or a moment later. */
  readonly underWay: Promise<void>;
  #connection: Promise<Connection> | undefined;

  constructor(readonly host: string, readonly port: number, signal: AbortSignal | undefined) {
    const underWay = Promise.withResolvers<void>();
    this.underWay = underWay.promise;
    this.#connection = call(host, port, signal, underWay.resolve);
    // Whoever takes it hears why there is none.
    this.#connection.catch(() => {});
  }

  /** The connection, if it goes there; only once, and then it is the caller's to close. */
  take(host: string, port: number): Promise<Connection> | undefined {
    if (host !== this.host || port !== this.port) return undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    return connection;
  }

  /** Closes it if nobody has taken it. */
  hangUp(): void {
    this.#connection?.then((made) => made.close(), () => {});
  }
}
