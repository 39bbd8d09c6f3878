import { Errno } from "../errno.ts";
import type { Result } from "../sys.ts";
import { AT_FDCWD, O_CLOEXEC, O_NONBLOCK } from "./constants.ts";
import { procSelf } from "./proc.ts";
import { errnoOf } from "./libc.ts";

/** See symbols.ts for why these types. */
const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u32", "i32"], result: "i32" },
  // On a thread of Deno's own, so that the event loop goes on.
  wait: { name: "poll", parameters: ["buffer", "u32", "i32"], result: "i32", nonblocking: true },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

// poll.h: the same on every architecture of Linux that Deno runs on.
const POLLIN = 1;
const POLLPRI = 2;

/** Room for many events; the longest takes less than 1 KiB. */
const BUFFER_BYTES = 64 * 1024;

/**
 * What inotify and fanotify have in common: a descriptor to read events from, an event that
 * interrupts waiting for it, and the table of mounts.
 */
export class EventQueue {
  /** What the last read has given. */
  readonly buffer: Uint8Array<ArrayBuffer> = new Uint8Array(BUFFER_BYTES);
  readonly view: DataView = new DataView(this.buffer.buffer);
  readonly #library = Deno.dlopen("libc.so.6", SYMBOLS);
  readonly #libc = this.#library.symbols;
  readonly #errno: Int32Array;
  readonly #wakes: number;
  readonly #mounts: number;
  readonly #one = new Uint8Array(new BigUint64Array([1n]).buffer);
  readonly #scratch = new Uint8Array(8);
  #waiting: Promise<unknown> | undefined;

  /** Takes the descriptor, which does not block, and closes it at its end. */
  constructor(readonly descriptor: number) {
    this.#errno = errnoOf(this.#libc);
    this.#wakes = this.#libc.eventfd(0, O_CLOEXEC | O_NONBLOCK);
    this.#mounts = this.#libc.openat(
      AT_FDCWD,
      procSelf("mountinfo"),
      O_CLOEXEC | O_NONBLOCK,
      0,
    );
  }

  /** Reads events into the buffer: how many bytes, 0 when there are none, or a negated errno. */
  read(): Result {
    const length = this.#libc.read(this.descriptor, this.buffer, BUFFER_BYTES);
    if (length >= 0) return length;
    const failure = -(this.#errno[0] ?? Errno.EIO);
    return failure === -Errno.EAGAIN ? 0 : failure;
  }

  /** Whether something was mounted or unmounted since this was asked last (proc_pid_mountinfo(5)). */
  mountsChanged(): boolean {
    if (this.#mounts < 0) return true;
    const polled = new Int32Array([this.#mounts, POLLPRI]);
    if (this.#libc.poll(new Uint8Array(polled.buffer), 1, 0) <= 0) return false;
    return ((polled[1] ?? 0) >>> 16 & ~POLLIN) !== 0;
  }

  /** Waits until there are events, `wake` is called, or the time is over. One call at a time. */
  async wait(timeoutMs: number): Promise<void> {
    const polled = new Int32Array([this.descriptor, POLLIN, this.#wakes, POLLIN]);
    this.#waiting = this.#libc.wait(new Uint8Array(polled.buffer), 2, timeoutMs);
    await this.#waiting;
    this.#waiting = undefined;
    this.#libc.read(this.#wakes, this.#scratch, 8);
  }

  /** Ends a `wait`, or keeps the next from waiting. */
  wake(): void {
    this.#libc.write(this.#wakes, this.#one, 8);
  }

  /** Gives everything back, once nobody waits any more. */
  end(): void {
    const close = (): void => {
      for (const handle of [this.descriptor, this.#wakes, this.#mounts]) {
        if (handle >= 0) this.#libc.close(handle);
      }
      this.#library.close();
    };
    if (this.#waiting === undefined) return close();
    this.wake();
    void this.#waiting.then(close);
  }
}
