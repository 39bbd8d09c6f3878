import type { Ready } from "../../../proto/generated/blit.ts";
import { after, type Timer } from "../../timer.ts";
import {
  connectData,
  connectWithin,
  DataConnectError,
  type DataConnectOptions,
  type Handover,
  handOverInlet,
  handOverOutlet,
  handOverSocket,
  relayIn,
  relayOut,
  type SocketConnection,
  type StreamTaker,
} from "../data/mod.ts";
import type { Stream } from "../data/mod.ts";
import type { Carry, Connection } from "../grpc/mod.ts";
import { mainSockets } from "../mover/crew.ts";
import type { ClientRun } from "./client_run.ts";

/** A mover's side of an end, as streams see it. */
interface StreamUser {
  readonly movers: readonly StreamMover[];
  attach(stream: number, end: Stream): void;
}

/** A mover as a session's stream needs it. */
interface StreamMover extends StreamTaker {
  /** It has heard of its session. */
  readonly hasBegun: boolean;
}

/** A stream that a mover has been given. */
export interface GivenStream {
  readonly handover: Handover;
  readonly mover: Pick<StreamMover, "hasBegun">;
}

/** A stream of the data plane that is a call of the control plane. */
interface GrpcConnection {
  readonly kind: "grpc";
  readonly carry: Carry;
}

/** A connection of the data plane that anybody can use: TCP, or a call of the control plane. */
export type DataConnection =
  | { readonly kind: "tcp"; readonly conn: Deno.TcpConn }
  | GrpcConnection;

/** One that only a mover uses: it may be a socket of its own as well. */
export type MoverConnection =
  | DataConnection
  | { readonly kind: "socket"; readonly conn: SocketConnection };

/** Makes the connection of a stream to the data port. */
type Connect<Made> = (
  connection: Connection,
  port: number,
  token: Uint8Array,
  options: DataConnectOptions,
) => Promise<Made>;

/**
 * Opens all streams of a session: to the data port, or, where that cannot be reached, over the
 * control plane, with one warning.
 */
export async function connectStreams(
  run: ClientRun,
  connection: Connection,
  ready: Pick<Ready, "tokens" | "dataPort">,
): Promise<DataConnection[]> {
  return await connectBy(connect, run, connection, ready);
}

async function connectBy<Made extends MoverConnection>(
  connectOne: Connect<Made>,
  run: ClientRun,
  connection: Connection,
  { tokens, dataPort }: Pick<Ready, "tokens" | "dataPort">,
): Promise<(Made | GrpcConnection)[]> {
  const overGrpc = (): Promise<GrpcConnection[]> =>
    Promise.all(tokens.map(async (token): Promise<GrpcConnection> => ({
      kind: "grpc",
      carry: await connection.carry(token),
    })));
  if (dataPort === 0) {
    run.transport = "grpc";
    run.trace(`data plane: ${tokens.length} streams over gRPC, as asked`);
    return await overGrpc();
  }
  const { signal } = run.options;
  const options = signal === undefined ? {} : { signal };
  const tried = await Promise.allSettled(
    tokens.map((token) => connectOne(connection, dataPort, token, options)),
  );
  const made = tried.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
  const refused = tried.find((one) => one.status === "rejected");
  if (refused === undefined) {
    run.trace(`data plane: ${tokens.length} TCP connections to port ${dataPort}`);
    return made;
  }
  closeConnections(made);
  const { reason } = refused as PromiseRejectedResult;
  if (!(reason instanceof DataConnectError) || reason.code !== "data-unreachable") throw reason;
  if (made.length > 0) throw reason;
  run.transport = "grpc";
  run.warn(
    "data-port-unreachable",
    `${reason.message} File contents travel over the control connection instead, which is slower.`,
  );
  run.trace(`data plane: ${tokens.length} streams over gRPC, for the data port was out of reach`);
  return await overGrpc();
}

const connect: Connect<DataConnection> = async ({ at }, port, token, options) => ({
  kind: "tcp",
  conn: await connectData(at, port, token, options),
});

/** The same for an end that sends: to a daemon of this machine by a socket that nothing paces. */
const connectOutward: Connect<MoverConnection> = async (connection, port, token, options) => {
  const { isHere, address } = connection;
  const sockets = isHere ? mainSockets() : undefined;
  if (sockets !== undefined && address !== undefined) {
    const to = { transport: "tcp", hostname: address, port } as const;
    const conn = await connectWithin(sockets, to, token, options);
    if (conn !== undefined) return { kind: "socket", conn };
  }
  return await connect(connection, port, token, options);
};

/** The streams of an end that is here. */
export class ClientStreams {
  readonly #given: GivenStream[] = [];

  readonly #direction: "in" | "out";

  private constructor(readonly connections: readonly MoverConnection[], direction: "in" | "out") {
    this.#direction = direction;
  }

  /** Opens them and hands them to the end's movers. */
  static async open(
    run: ClientRun,
    connection: Connection,
    ready: Pick<Ready, "tokens" | "dataPort">,
    end: StreamUser,
    direction: "in" | "out",
  ): Promise<ClientStreams> {
    const connectOne = direction === "out" ? connectOutward : connect;
    const connections = await connectBy(connectOne, run, connection, ready);
    if (run.isClosed) closeConnections(connections);
    const streams = new ClientStreams(connections, direction);
    run.streams = streams.connections.length;
    for (const [index, data] of streams.connections.entries()) {
      const mover = end.movers[index];
      if (mover === undefined) throw new RangeError(`There is no mover for stream ${index}.`);
      const handover = handOver(data, mover, direction);
      streams.#given.push({ handover, mover });
      end.attach(index, handover.stream);
    }
    return streams;
  }

  /** Ends them, when the movers have left. */
  async close(atOnce: boolean): Promise<void> {
    await closeStreams(this.#given, this.connections, atOnce || this.#direction === "in");
  }
}

/** How long the last bytes of a stream may take on their way out. */
const FAREWELL_MS = 2000;

/** Ends streams whose movers have left; unless at once, after their last bytes have gone out. */
export async function closeStreams(
  given: readonly GivenStream[],
  connections: readonly MoverConnection[],
  atOnce: boolean,
): Promise<void> {
  const done = Promise.all(given.map(({ handover }) => handover.done));
  // A mover that has not begun, for the job was over before, has no last bytes and ends nothing.
  for (const { handover, mover } of given) if (!mover.hasBegun) handover.stop();
  if (!atOnce) await within(FAREWELL_MS, done);
  for (const { handover } of given) handover.stop();
  closeConnections(connections);
  // Nothing that waits for a connection that is closed waits long; nobody shall wait for more.
  await within(FAREWELL_MS / 4, done);
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => timer = after(ms, resolve));
  await Promise.race([work, late]);
  timer?.stop();
}

/** Hands a connection to a mover. */
export function handOver(
  data: MoverConnection,
  mover: StreamTaker,
  direction: "in" | "out",
): Handover {
  if (data.kind === "grpc") {
    const { carry } = data;
    if (direction === "in") return relayIn(carry, mover);
    return relayOut({
      write: (bytes) => carry.write(bytes),
      closeWrite: () => Promise.resolve(carry.closeWrite()),
    }, mover);
  }
  if (data.kind === "socket") return handOverSocket(data.conn);
  return direction === "in"
    ? handOverInlet(data.conn, mover, mainSockets())
    : handOverOutlet(data.conn, mover, mainSockets());
}

/** Closes connections, whatever state they are in. */
export function closeConnections(connections: readonly MoverConnection[]): void {
  for (const data of connections) {
    try {
      if (data.kind === "grpc") data.carry.close();
      else data.conn.close();
    } catch {
      // Closed already.
    }
  }
}
