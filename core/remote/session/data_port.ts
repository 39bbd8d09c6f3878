import { isLoopbackAddress } from "../../discovery/address.ts";
import { listenOn } from "../acceptor.ts";
import { DataListener, type Expectation, TokenMaker } from "../data/mod.ts";
import type { CarryRequest } from "../grpc/mod.ts";
import { openSockets } from "../../sys/sockets.ts";
import type { DataConnection } from "./client_streams.ts";

/** A session's data connections, as they come. */
export interface Admission {
  readonly tokens: readonly Uint8Array[];
  /** The connection of a stream, however it comes; undefined once forgotten. */
  arrived(stream: number): Promise<DataConnection | undefined>;
  /** Admits nothing more. */
  forget(): void;
}

interface Carried {
  readonly streams: readonly PromiseWithResolvers<DataConnection | undefined>[];
  isForgotten: boolean;
}

/**
 * The daemon's half of the data plane: TCP connections to its data port on every address, and,
 * with the same tokens, streams over the control plane.
 */
export class DataPort {
  readonly port: number;
  readonly #tokens = new TokenMaker();
  readonly #listeners: readonly DataListener[];
  readonly #carried = new Map<string, Carried>();

  /**
   * Listens on one port of all addresses; 0 takes one that is free on the first.
   *
   * @throws {ListenError} where it cannot; it listens nowhere then
   */
  constructor(addresses: readonly string[], port: number, greetingMs: number, tokenMs: number) {
    const acceptors = listenOn(addresses, port);
    const sockets = openSockets();
    for (const { address } of acceptors) {
      // Refused, or not to be had, it sends as the machine does.
      if (isLoopbackAddress(address.hostname)) sockets?.answerUnpaced(address);
    }
    sockets?.end();
    const options = { tokens: this.#tokens, greetingMs, tokenMs };
    this.#listeners = acceptors.map((acceptor) => new DataListener(acceptor, options));
    this.port = acceptors[0]?.port ?? port;
  }

  /** Expects the streams of a session (16 random bytes). */
  async expect(session: Uint8Array, streams: number): Promise<Admission> {
    const expected: Expectation[] = [];
    for (const listener of this.#listeners) expected.push(await listener.expect(session, streams));
    const carried: Carried = {
      streams: Array.from({ length: streams }, () => Promise.withResolvers()),
      isForgotten: false,
    };
    const id = session.toHex();
    this.#carried.set(id, carried);
    const tcp = async (one: Expectation, stream: number): Promise<DataConnection | undefined> => {
      const conn = await one.arrived(stream);
      return conn === undefined ? undefined : { kind: "tcp", conn };
    };
    return {
      tokens: expected[0]?.tokens ?? [],
      arrived: (stream) =>
        Promise.race([
          ...expected.map((one) => tcp(one, stream)),
          carried.streams[stream]?.promise ?? Promise.resolve(undefined),
        ]),
      forget: () => {
        carried.isForgotten = true;
        this.#carried.delete(id);
        for (const one of expected) one.forget();
        for (const stream of carried.streams) stream.resolve(undefined);
      },
    };
  }

  /** Admits a stream over the control plane, if its token is good. */
  async carry(request: CarryRequest): Promise<void> {
    const verdict = await this.#tokens.redeem(request.token);
    const carried = verdict.kind === "good" ? this.#carried.get(verdict.session) : undefined;
    const slot = verdict.kind === "good" ? carried?.streams[verdict.stream] : undefined;
    if (slot === undefined || carried?.isForgotten !== false) {
      request.refuse("The token is not good for a stream of a session.");
      return;
    }
    slot.resolve({ kind: "grpc", carry: request.accept() });
  }

  /** Stops listening. */
  close(): void {
    for (const listener of this.#listeners) listener.close();
  }
}
