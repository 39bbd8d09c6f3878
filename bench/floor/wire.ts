/**
 * What goes over a stream: first the client's request and the daemon's answer of one byte, then
 * shards of records from the sender, then a byte of the receiver, which says that all is there.
 *
 * A shard begins with its length. A record is a `struct stat` as fstat(2) writes it, in whose last
 * eight bytes stand the record's length, with what it is in its lowest bits, and where its content
 * begins; then its name, ended by a zero, and its content. Everything begins at multiples of eight,
 * so that each place has one view, made once. A large file's content follows its shard.
 */
import { bindSocket, type Bytes } from "./libc.ts";

/** As many bytes as are sent and received at once; with 256 KiB and 1 MiB it takes 3 % longer. */
export const SHARD_BYTES = 1 << 16;
/** Where the first record of a shard begins. */
export const FIRST = 8;
/** What a record is. */
export const Kind = { Directory: 0, File: 1, Large: 2, End: 3 } as const;
/** The bits of a record's length that say what it is. */
export const KIND_BITS = 7;
/** Where a record's name begins. */
export const NAME_AT = 144;
/** Where its times begin, as futimens(2) takes them. */
export const TIMES_AT = 72;
/** Which of its 32-bit words is its size, its length, and where its content begins. */
export const Word = { Size: 12, Length: 30, Content: 31 } as const;

/** Memory of a shard, with a view of each place. */
export class Shard {
  readonly bytes: Bytes = new Uint8Array(SHARD_BYTES);
  readonly words: Int32Array<ArrayBuffer> = new Int32Array(this.bytes.buffer);
  readonly #views = new Array<Bytes | undefined>(SHARD_BYTES >> 3);

  /** What begins at a multiple of eight. */
  from(at: number): Bytes {
    return this.#views[at >> 3] ??= this.bytes.subarray(at);
  }
}

/** The next multiple of eight. */
export function aligned(at: number): number {
  return at + 7 & ~7;
}

/** What a client asks for. */
export interface Request {
  readonly direction: "push" | "pull";
  /** 0 is asked for first. */
  readonly stream: number;
  /** The daemon's tree. */
  readonly path: string;
}

const REQUEST_BYTES = 1024;
const MSG_WAITALL = 0x100;
const socket = bindSocket();
const answer = new Uint8Array(1);

/** Sends all of the bytes. */
export function sendBytes(stream: number, bytes: Bytes, length: number): void {
  socket.send(stream, bytes, length, 0);
}

/** Receives so many bytes; false at the end. */
export function receiveBytes(stream: number, into: Bytes, length: number): boolean {
  return socket.recv(stream, into, length, MSG_WAITALL) === length;
}

/** Tells the peer that this end is ready. */
export function sendReady(stream: number): void {
  sendBytes(stream, answer, 1);
}

/** Waits for the peer to tell so. */
export function awaitReady(stream: number): void {
  receiveBytes(stream, answer, 1);
}

/** Asks, and waits until the daemon is ready. */
export function ask(stream: number, request: Request): void {
  const bytes = new Uint8Array(REQUEST_BYTES);
  new TextEncoder().encodeInto(JSON.stringify(request), bytes);
  sendBytes(stream, bytes, REQUEST_BYTES);
  awaitReady(stream);
}

/** Hears what a client asks for; undefined where it has gone. */
export function hear(stream: number): Request | undefined {
  const bytes = new Uint8Array(REQUEST_BYTES);
  if (!receiveBytes(stream, bytes, REQUEST_BYTES)) return undefined;
  return JSON.parse(new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0))));
}
