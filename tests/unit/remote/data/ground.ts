import {
  type Handover,
  handOverInlet,
  handOverOutlet,
  openWaker,
  type Waker,
} from "../../../../core/remote/data/mod.ts";
import { openSockets, type Sockets } from "../../../../core/sys/sockets.ts";
import { type Need, needing } from "../../../support/host.ts";
import type { Act, Begin, Report } from "./mover.ts";

/** Two ends of a connection over loopback. */
export async function connection(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connecting = Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const accepted = await listener.accept();
  return [await connecting, accepted];
}

/** How a stream comes to a mover, and on which backend that stands. */
export interface Carrier {
  readonly name: string;
  readonly backend: "linux" | "portable";
  readonly hasSockets: boolean;
}

const CARRIERS: readonly Carrier[] = [
  { name: "socket", backend: "linux", hasSockets: true },
  { name: "ring, linux", backend: "linux", hasSockets: false },
  { name: "ring, portable", backend: "portable", hasSockets: false },
];

/** A test that holds for each carrier. */
export function eachCarrier(
  name: string,
  fn: (carrier: Carrier) => Promise<void>,
  ...needs: readonly Need[]
): void {
  for (const carrier of CARRIERS) {
    Deno.test({ ...needing(`${name} (${carrier.name})`, ...needs), fn: () => fn(carrier) });
  }
}

/** A mover in its Worker, with one end of a connection. */
export class TestMover implements AsyncDisposable {
  private constructor(
    readonly conn: Deno.TcpConn,
    readonly waker: Waker,
    readonly handover: Handover,
    readonly worker: Worker,
    readonly sockets: Sockets | undefined,
  ) {}

  static async start(
    way: "in" | "out",
    conn: Deno.TcpConn,
    { backend, hasSockets }: Carrier,
  ): Promise<TestMover> {
    const sockets = hasSockets ? openSockets() : undefined;
    const waker = openWaker(sockets);
    const handover = (way === "in" ? handOverInlet : handOverOutlet)(conn, { waker }, sockets);
    const kind = hasSockets ? "socket" : "ring";
    if (handover.stream.kind !== kind) throw new Error(`The stream is no ${kind}`);
    const worker = new Worker(new URL("./mover.ts", import.meta.url), { type: "module" });
    const mover = new TestMover(conn, waker, handover, worker, sockets);
    await mover.#hear();
    const begin: Begin = { stream: handover.stream, way, waker: waker.memory, backend };
    await mover.#ask(begin);
    return mover;
  }

  /** Lets it do something. */
  async do(act: Act): Promise<Report> {
    return await this.#ask(act) as Report;
  }

  async #ask(message: unknown): Promise<unknown> {
    const heard = this.#hear();
    this.worker.postMessage(message);
    return await heard;
  }

  #hear(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.worker.onmessage = ({ data }) => resolve(data);
      this.worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.worker.terminate();
    this.handover.stop();
    try {
      this.conn.close();
    } catch {
      // The test closed it.
    }
    await this.handover.done;
    this.waker.close();
    this.sockets?.end();
  }
}

/** The clock that all threads share, in milliseconds. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
