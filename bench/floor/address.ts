/** Where a floor daemon is: `floor://HOST:PORT/PATH`. */
import { bindConnecting, type Bytes } from "./libc.ts";
import { THREADS } from "./two_threads.ts";

const AF_INET = 2;
const SOCK_STREAM = 1;
/** SOCK_STREAM and SOCK_CLOEXEC. */
export const STREAM: readonly [number, number, number] = [AF_INET, SOCK_STREAM | 0x80000, 0];

/** IPPROTO_TCP, TCP_CONGESTION and what sends without pauses, as blit does within one machine. */
export const UNPACED: readonly [number, number, Bytes, number] = [
  6,
  13,
  new TextEncoder().encode("reno"),
  4,
];

/** A `struct sockaddr_in`. */
export function socketAddress(host: string, port: number): Bytes {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  bytes.set(host.split(".").map(Number), 4);
  return bytes;
}

/** A daemon's socket address, and the path at it. */
export interface Address {
  readonly socket: Bytes;
  readonly path: string;
}

/** Takes an address apart. */
export function parseAddress(text: string): Address {
  const [, host = "", port = "", path = ""] = /^floor:\/\/([^:]+):(\d+)\/(.*)$/.exec(text) ?? [];
  return { socket: socketAddress(host, Number(port)), path };
}

/** Connects a stream for each thread, one after the other, and has them made ready. */
export function connectAll(socket: Bytes, open: (stream: number, index: number) => void): number[] {
  const connecting = bindConnecting();
  return Array.from({ length: THREADS }, (_, index) => {
    const stream = connecting.socket(...STREAM);
    connecting.setsockopt(stream, ...UNPACED);
    connecting.connect(stream, socket, socket.length);
    open(stream, index);
    return stream;
  });
}
