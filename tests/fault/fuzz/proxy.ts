import { DAEMON_HOST } from "../../support/mod.ts";
import { FrameMutator } from "./http2.ts";
import { Mutator } from "./mutator.ts";

/** Where a proxy stands and what it does. */
export interface ProxyOptions {
  /** The ports that are the daemon's as well; the proxy takes them on another address of loopback. */
  readonly ports: { readonly control: number; readonly data: number };
  readonly listenOn: string;
  readonly seed: number;
  /** Whose ears get changed bytes. */
  readonly toward: "daemon" | "client";
}

/** A proxy between a client and a daemon that changes what passes; gone when disposed of. */
export interface Proxy extends AsyncDisposable {
  /** Connections that came. */
  readonly count: number;
  /** What clients said on the control port, one entry a connection, unchanged. */
  readonly recorded: readonly Uint8Array<ArrayBuffer>[];
}

const RECORD_BYTES = 1 << 20;

/** Starts a proxy on both planes. */
export function startProxy(options: ProxyOptions): Proxy {
  const { listenOn: hostname, ports, toward } = options;
  const mutator = new Mutator(options.seed);
  const listeners = [ports.control, ports.data].map((port) => Deno.listen({ hostname, port }));
  const open = new Set<Deno.Conn>();
  const work = new Set<Promise<void>>();
  const recorded: Uint8Array<ArrayBuffer>[] = [];
  let count = 0;

  const close = (conn: Deno.Conn): void => {
    if (!open.delete(conn)) return;
    conn.close();
  };
  const carry = async (
    from: Deno.Conn,
    to: Deno.Conn,
    change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
  ): Promise<void> => {
    const buffer = new Uint8Array(65536);
    try {
      for (let got = await from.read(buffer); got !== null; got = await from.read(buffer)) {
        const bytes = change(buffer.slice(0, got));
        for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
      }
    } catch {
      // One of the two is gone.
    }
    close(from);
    close(to);
  };
  const serve = async (client: Deno.Conn, port: number): Promise<void> => {
    open.add(client);
    count++;
    const server = await Deno.connect({ hostname: DAEMON_HOST, port }).catch(() => undefined);
    if (server === undefined) return close(client);
    open.add(server);
    const kept = (bytes: Uint8Array<ArrayBuffer>) => bytes;
    const changed = port === ports.control ? controlChange(mutator, toward) : dataChange(mutator);
    let said = 0;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const heard = (bytes: Uint8Array<ArrayBuffer>) => {
      if (port === ports.control && (said += bytes.length) < RECORD_BYTES) pieces.push(bytes);
      return toward === "daemon" ? changed(bytes) : bytes;
    };
    await Promise.all([
      carry(client, server, heard),
      carry(server, client, toward === "client" ? changed : kept),
    ]);
    if (pieces.length > 0) recorded.push(...pieces);
  };
  for (const listener of listeners) {
    const { port } = listener.addr as Deno.NetAddr;
    work.add((async () => {
      for await (const client of listener) {
        const serving = serve(client, port).finally(() => work.delete(serving));
        work.add(serving);
      }
    })());
  }
  return {
    get count() {
      return count;
    },
    recorded,
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) listener.close();
      for (const conn of [...open]) close(conn);
      await Promise.all([...work]);
    },
  };
}

type Change = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

/** Mostly messages with changed content, sometimes a connection with changed bytes. */
function controlChange(mutator: Mutator, toward: "daemon" | "client"): Change {
  const style = mutator.below(8);
  if (style === 0) return (bytes) => mutator.below(6) === 0 ? mutator.distort(bytes) : bytes;
  if (style === 1) return (bytes) => bytes; // so that the other plane gets its turn
  const frames = new FrameMutator(mutator, 1 + mutator.below(12), toward === "daemon");
  return (bytes) => frames.pass(bytes);
}

function dataChange(mutator: Mutator): Change {
  const oneIn = 1 + mutator.below(6);
  return (bytes) => {
    if (mutator.below(oneIn) !== 0) return bytes;
    if (mutator.below(3) === 0) return mutator.distort(bytes);
    // The start of a piece often is the head of a record.
    mutator.change(mutator.below(2) === 0 ? bytes.subarray(0, 64) : bytes);
    return bytes;
  };
}
