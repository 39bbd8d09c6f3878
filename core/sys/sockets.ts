import { openLinuxSockets } from "./linux/sockets.ts";
import type { Handle, Result } from "./sys.ts";

/** What to wait for, and what {@linkcode Sockets.wait} tells. Bits of poll(2). */
export const Ready = {
  /** Bytes (or the end, or an error) can be read. */
  Read: 1,
  /** There is room to write, or an error to be told. */
  Write: 4,
  /** The event was raised. Not a bit of poll(2), which has one set of bits per descriptor. */
  Event: 0x10000,
} as const;

/**
 * Socket calls for threads that may block: plain synchronous functions over descriptors, each
 * giving a {@linkcode Result}. A descriptor belongs to the `Deno.Conn` it was found by, which must
 * stay open for as long as the descriptor is used. No call but `wait` blocks, and none raises
 * SIGPIPE. One instance belongs to one thread.
 */
export interface Sockets {
  /** The descriptor of the connected TCP socket with these two addresses, or -ENOENT. */
  findDescriptor(local: Deno.NetAddr, remote: Deno.NetAddr): Result;
  /**
   * Lets the connections that come to a listener send what there is at once: for one that no network
   * leads to. Congestion controls like BBR space out what is sent, by timers, which on one machine
   * only puts packets out of order. -ENOENT if nothing listens there. Those that stand already stay
   * as they are: to change them would leave their timers.
   */
  answerUnpaced(listening: Deno.NetAddr): Result;
  /**
   * Connects to a listener of this machine by a socket that sends so from the first byte on, and that
   * the runtime knows nothing of: `close` closes it. Waits for some milliseconds at most:
   * -EINPROGRESS where nobody answers.
   */
  connectUnpaced(to: Deno.NetAddr): Result;
  /**
   * Keeps the runtime's event loop, which watches every connection, from waking up for all that
   * comes and goes by this descriptor. Gives what `watchAgain` takes, or -ENOENT if nothing watches.
   */
  unwatch(socket: Handle): Result;
  /** Undoes that, so that the runtime finds the connection as it left it when it closes it. */
  watchAgain(socket: Handle, watcher: Handle): void;
  /** recv(2): bytes read, 0 at the end, -EAGAIN when there are none yet. */
  receive(socket: Handle, into: Uint8Array<ArrayBuffer>, length: number): Result;
  /** send(2); `more` says that more follows at once, so that the kernel fills its packets. */
  send(socket: Handle, bytes: Uint8Array<ArrayBuffer>, length: number, more: boolean): Result;
  /** sendfile(2) at the file's position, `length` below 2 GiB. */
  sendFile(socket: Handle, file: Handle, length: number): Result;
  /**
   * splice(2) from a socket into this thread's pipe, which must be empty: bytes now in it, 0 at the
   * end, -EAGAIN when there are none yet.
   */
  fillPipe(socket: Handle, length: number): Result;
  /** splice(2) from the pipe to a file's position; -EINVAL if the file cannot take it. */
  emptyPipe(file: Handle, length: number): Result;
  /** Reads from the pipe, which is not empty. */
  readPipe(into: Uint8Array<ArrayBuffer>, length: number): Result;
  /** Throws away what is in the pipe. */
  dropPipe(): void;
  /** Closes a socket of `connectUnpaced`. */
  close(socket: Handle): Result;
  /** Says that nothing more is sent; reading goes on. */
  closeWrite(socket: Handle): Result;
  /**
   * poll(2): waits until the socket is ready for `what` ({@linkcode Ready}), the event (-1: none)
   * is raised, or the time is over; gives the bits of what happened, 0 for the last.
   */
  wait(socket: Handle, what: number, event: Handle, timeoutMs: number): Result;
  /** Makes an event that one thread raises and another waits for: eventfd(2). */
  makeEvent(): Result;
  /** Raises an event; whoever waits for it wakes up. */
  raiseEvent(event: Handle): Result;
  /** Takes an event back. */
  clearEvent(event: Handle): Result;
  /** Closes an event. */
  closeEvent(event: Handle): Result;
  /** Unbinds the library. Nothing may be called after it. */
  end(): void;
}

/**
 * Opens the socket calls for the calling thread; undefined where they cannot be had (not Linux,
 * FFI is not granted) or are not to be used (`BLIT_SYS=portable`), and the bytes go through Deno's
 * own connections.
 */
export function openSockets(): Sockets | undefined {
  if (Deno.build.os !== "linux") return undefined;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return undefined;
  if (isPortableForced()) return undefined;
  try {
    return openLinuxSockets();
  } catch {
    // No libc.so.6 (musl): the plain path serves.
    return undefined;
  }
}

/** The same switch as in open.ts: a file's handle is a descriptor only with the linux backend. */
function isPortableForced(): boolean {
  if (Deno.permissions.querySync({ name: "env", variable: "BLIT_SYS" }).state !== "granted") {
    return false;
  }
  return Deno.env.get("BLIT_SYS") === "portable";
}
