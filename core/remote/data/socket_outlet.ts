import { Errno, type Handle, type Result } from "../../sys/mod.ts";
import { Ready, type Sockets } from "../../sys/sockets.ts";
import type { Sleeper } from "./sleeper.ts";
import type { Outlet } from "./streams.ts";

/** Little pieces are gathered up to this. */
const GATHER_BYTES = 256 << 10;
/** What is larger than this goes straight from where it lies. */
const SMALL_BYTES = 64 << 10;
/** Sent by one call: the loop between looks for a stop. */
const STEP_BYTES = 16 << 20;

/** Sends to a socket: memory from where it lies, files by sendfile(2). */
export class SocketOutlet implements Outlet {
  sentBytes = 0;
  failure = 0;
  readonly #socket: Handle;
  readonly #sleeper: Sleeper;
  readonly #sockets: Sockets;
  readonly #gathered = new Uint8Array(GATHER_BYTES);
  #used = 0;

  constructor(socket: Handle, sleeper: Sleeper, sockets: Sockets) {
    this.#socket = socket;
    this.#sleeper = sleeper;
    this.#sockets = sockets;
  }

  send(bytes: Uint8Array<ArrayBuffer>, length: number): Result {
    if (this.failure !== 0) return -this.failure;
    const isSmall = length <= SMALL_BYTES;
    if (!isSmall || this.#used + length > GATHER_BYTES) {
      const result = this.#sendGathered(true);
      if (result < 0) return result;
    }
    if (isSmall) this.#gather(bytes, length);
    else this.sentBytes += length;
    return isSmall ? 0 : this.#sendAll(bytes, length, false);
  }

  sendFile(file: Handle, length: number): Result {
    if (this.failure !== 0) return -this.failure;
    const flushed = this.#sendGathered(true);
    if (flushed < 0) return flushed;
    let sent = 0;
    while (sent < length) {
      if (this.#sleeper.stopped) return this.#fail(-Errno.ECANCELED);
      const step = Math.min(length - sent, STEP_BYTES);
      const result = this.#sockets.sendFile(this.#socket, file, step);
      if (result === 0) break;
      if (result > 0) {
        sent += result;
        this.sentBytes += result;
        continue;
      }
      if (result === -Errno.EINTR) continue;
      if (result !== -Errno.EAGAIN) return isOfLink(result) ? this.#fail(result) : result;
      const waited = this.#waitForRoom();
      if (waited < 0) return waited;
    }
    return sent;
  }

  flush(): Result {
    if (this.failure !== 0) return -this.failure;
    return this.#sendGathered(false);
  }

  close(): Result {
    const result = this.flush();
    if (result < 0) return result;
    const closed = this.#sockets.closeWrite(this.#socket);
    return closed < 0 ? this.#fail(closed) : 0;
  }

  #gather(bytes: Uint8Array<ArrayBuffer>, length: number): void {
    const piece = bytes.length === length ? bytes : bytes.subarray(0, length);
    this.#gathered.set(piece, this.#used);
    this.#used += length;
    this.sentBytes += length;
  }

  #sendGathered(more: boolean): Result {
    const length = this.#used;
    if (length === 0) return 0;
    this.#used = 0;
    return this.#sendAll(this.#gathered, length, more);
  }

  #sendAll(bytes: Uint8Array<ArrayBuffer>, length: number, more: boolean): Result {
    let sent = 0;
    while (sent < length) {
      if (this.#sleeper.stopped) return this.#fail(-Errno.ECANCELED);
      const piece = sent === 0 ? bytes : bytes.subarray(sent);
      const step = Math.min(length - sent, STEP_BYTES);
      const result = this.#sockets.send(this.#socket, piece, step, more);
      if (result >= 0) sent += result;
      else if (result === -Errno.EAGAIN) {
        const waited = this.#waitForRoom();
        if (waited < 0) return waited;
      } else if (result !== -Errno.EINTR) return this.#fail(result);
    }
    return 0;
  }

  #waitForRoom(): Result {
    const slept = this.#sleeper.sleepAtSocket(this.#socket, Ready.Write, Infinity);
    return typeof slept === "number" ? this.#fail(slept) : 0;
  }

  #fail(result: Result): Result {
    this.failure = -result;
    return result;
  }
}

/** sendfile(2) tells of the file's errors and the socket's alike: the socket's are these. */
function isOfLink(result: Result): boolean {
  const errno = -result;
  return errno === 32 || (errno >= 100 && errno <= 113);
}
