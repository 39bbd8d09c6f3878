import type { Sys } from "../../sys/mod.ts";
import type { Sockets } from "../../sys/sockets.ts";
import type { SocketConnection } from "./connect.ts";
import { type ByteReader, type ByteWriter, pumpIn, pumpOut, stopRing } from "./pump.ts";
import { makeRingMemory, Ring } from "./ring.ts";
import { RingInlet } from "./ring_inlet.ts";
import { RingOutlet } from "./ring_outlet.ts";
import type { Sleeper } from "./sleeper.ts";
import { SocketInlet } from "./socket_inlet.ts";
import { SocketOutlet } from "./socket_outlet.ts";
import type { Inlet, Outlet, Stream } from "./streams.ts";
import type { Waker } from "./waker.ts";

/**
 * The main thread's half of a stream that a mover uses. A connection handed over stays open until
 * the mover has reported and `done` is there, and only then the caller closes it.
 */
export interface Handover {
  /** What the mover is told. */
  readonly stream: Stream;
  /**
   * Resolves when the main thread has no more to do for the stream: at once for a socket. With the
   * error that ended a pump early. Never rejects.
   */
  readonly done: Promise<Error | undefined>;
  /**
   * Ends a pump early, or gives the socket back to the runtime: to be called before the connection
   * is closed. A pump that is inside a read or write ends when that does: close it too.
   */
  stop(): void;
}

/** A mover, as who hands it a stream needs it. */
export interface StreamTaker {
  readonly waker: Waker;
  /** The memory of its ring, if it has it already. */
  readonly ring?: SharedArrayBuffer;
}

/**
 * Gives a mover what a connection receives: its socket, else a ring. Give `sockets` only where the
 * mover's backend is linux.
 */
export function handOverInlet(
  conn: Deno.TcpConn,
  mover: StreamTaker,
  sockets?: Sockets,
): Handover {
  return socketOf(conn, sockets) ?? relayIn(conn, mover);
}

/** Lets a mover send to a connection, by its socket, else by a ring; `sockets` as above. */
export function handOverOutlet(
  conn: Deno.TcpConn,
  mover: StreamTaker,
  sockets?: Sockets,
): Handover {
  return socketOf(conn, sockets) ?? relayOut(conn, mover);
}

/** Gives a mover the socket that has been made for it. */
export function handOverSocket({ socket: descriptor }: SocketConnection): Handover {
  return {
    stream: { kind: "socket", descriptor },
    done: Promise.resolve(undefined),
    stop: () => {},
  };
}

/** Gives a mover, by a ring, what anything gives. */
export function relayIn(reader: ByteReader, { waker, ring: memory }: StreamTaker): Handover {
  const ring = new Ring(memory ?? makeRingMemory());
  return handoverOf(ring, pumpIn(reader, ring, waker));
}

/** Lets a mover send, by a ring, to anything. */
export function relayOut(writer: ByteWriter, { waker, ring: memory }: StreamTaker): Handover {
  const ring = new Ring(memory ?? makeRingMemory());
  return handoverOf(ring, pumpOut(ring, writer, waker));
}

/** In the mover: the inlet that a stream is. A socket needs the linux backend. */
export function openInlet(stream: Stream, sleeper: Sleeper, sys: Sys, sockets?: Sockets): Inlet {
  if (stream.kind === "ring") return new RingInlet(stream.memory, sleeper, sys);
  return new SocketInlet(stream.descriptor, sleeper, sys, needed(sys, sockets));
}

/** In the mover: the outlet that a stream is. A socket needs the linux backend. */
export function openOutlet(stream: Stream, sleeper: Sleeper, sys: Sys, sockets?: Sockets): Outlet {
  if (stream.kind === "ring") return new RingOutlet(stream.memory, sleeper, sys);
  return new SocketOutlet(stream.descriptor, sleeper, needed(sys, sockets));
}

function socketOf(conn: Deno.TcpConn, sockets: Sockets | undefined): Handover | undefined {
  if (sockets === undefined) return undefined;
  const descriptor = sockets.findDescriptor(conn.localAddr, conn.remoteAddr);
  if (descriptor < 0) return undefined;
  let watcher = sockets.unwatch(descriptor);
  return {
    stream: { kind: "socket", descriptor },
    done: Promise.resolve(undefined),
    stop: () => {
      if (watcher >= 0) sockets.watchAgain(descriptor, watcher);
      watcher = -1;
    },
  };
}

function handoverOf(ring: Ring, done: Promise<Error | undefined>): Handover {
  return { stream: { kind: "ring", memory: ring.memory }, done, stop: () => stopRing(ring) };
}

function needed(sys: Sys, sockets: Sockets | undefined): Sockets {
  // With another backend a file's handle is no descriptor: sendfile would send some other file.
  if (sockets !== undefined && sys.name === "linux") return sockets;
  throw new Error("A socket was handed to a mover that has no socket calls");
}
