import type { Connection } from "../grpc/mod.ts";
import { VERSION } from "../../version.ts";
import { CAPABILITIES } from "./capabilities.ts";

/** Connects to a daemon; what that takes is loaded then. */
export async function call(
  host: string,
  port: number,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  const { dial } = await import("./dial.ts");
  return await dial(host, port, { version: VERSION, capabilities: CAPABILITIES, signal });
}

/** A connection that is being made before it is asked for. */
export class CalledAhead {
  #connection: Promise<Connection> | undefined;

  constructor(readonly host: string, readonly port: number, signal: AbortSignal | undefined) {
    this.#connection = call(host, port, signal);
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
