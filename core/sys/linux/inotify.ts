import { Errno } from "../errno.ts";
import type { Handle, Result } from "../sys.ts";
import { procSelf } from "./proc.ts";

/** See libc.ts for why these types. */
const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u32", "i32"], result: "i32" },
  // On a thread of Deno's own, so that the event loop goes on.
  wait: { name: "poll", parameters: ["buffer", "u32", "i32"], result: "i32", nonblocking: true },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What is told of a watched directory or file: linux/inotify.h, inotify(7). */
export const In = {
  Modify: 0x2,
  Attrib: 0x4,
  CloseWrite: 0x8,
  MovedFrom: 0x40,
  MovedTo: 0x80,
  Create: 0x100,
  Delete: 0x200,
  DeleteSelf: 0x400,
  MoveSelf: 0x800,
  Unmount: 0x2000,
  Overflow: 0x4000,
  Ignored: 0x8000,
  OnlyDirectory: 0x1000000,
  IsDirectory: 0x40000000,
} as const;

/** `struct inotify_event`: wd, mask, cookie and len of 4 bytes each, then len bytes of name. */
const HEADER_BYTES = 16;
/** Room for many events; one with the longest name takes 272 bytes. */
const BUFFER_BYTES = 64 * 1024;

// fcntl.h, eventfd.h, poll.h: the same on every architecture of Linux that Deno runs on.
const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;
const POLLIN = 1;
const POLLPRI = 2;
const AT_FDCWD = -100;

/** One event of the queue. The name is a view that the next read overwrites; empty for none. */
export type OnEvent = (watch: number, mask: number, name: Uint8Array) => void;

/** Opens a queue. Throws when FFI is not permitted, and gives a negated errno for the rest. */
export function openInotify(): Inotify | Result {
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const queue = library.symbols.inotify_init1(CLOEXEC | NONBLOCK);
  const opened = new Inotify(library, queue);
  if (queue >= 0) return opened;
  const failure = opened.failure();
  opened.end();
  return failure;
}

/** One queue of inotify(7), an event that interrupts waiting for it, and the table of mounts. */
export class Inotify {
  readonly #libc: Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;
  readonly #errno: Int32Array;
  readonly #wakes: number;
  readonly #mounts: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  readonly #one = new Uint8Array(new BigUint64Array([1n]).buffer);
  readonly #scratch = new Uint8Array(8);
  #waiting: Promise<unknown> | undefined;

  constructor(
    readonly library: Deno.DynamicLibrary<typeof SYMBOLS>,
    readonly queue: number,
  ) {
    this.#libc = library.symbols;
    const location = this.#libc.__errno_location();
    if (location === null) throw new Error("libc gives no errno");
    this.#errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
    this.#wakes = queue < 0 ? -1 : this.#libc.eventfd(0, CLOEXEC | NONBLOCK);
    this.#mounts = queue < 0
      ? -1
      : this.#libc.openat(AT_FDCWD, procSelf("mountinfo"), CLOEXEC | NONBLOCK, 0);
  }

  /** The last call's errno, negated. */
  failure(): Result {
    return -(this.#errno[0] ?? Errno.EIO);
  }

  /** Watches what a handle holds, whatever its name is; gives the watch's number. */
  add(handle: Handle, mask: number): Result {
    const result = this.#libc.inotify_add_watch(this.queue, procSelf(`fd/${handle}`), mask);
    return result < 0 ? this.failure() : result;
  }

  /** Ends a watch; one that has ended by itself does not mind. */
  remove(watch: number): void {
    this.#libc.inotify_rm_watch(this.queue, watch);
  }

  /** Tells of the events that one read takes from the queue; how many, or a negated errno. */
  read(onEvent: OnEvent): Result {
    const length = this.#libc.read(this.queue, this.#buffer, BUFFER_BYTES);
    if (length < 0) return this.failure() === -Errno.EAGAIN ? 0 : this.failure();
    let count = 0;
    for (let at = 0; at + HEADER_BYTES <= length; count++) {
      const watch = this.#view.getInt32(at, true);
      const mask = this.#view.getUint32(at + 4, true);
      const named = this.#view.getUint32(at + 12, true);
      at += HEADER_BYTES;
      const end = Math.min(at + named, length);
      const name = this.#buffer.subarray(at, end);
      const nul = name.indexOf(0);
      onEvent(watch, mask, nul < 0 ? name : name.subarray(0, nul));
      at = end;
    }
    return count;
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
    const polled = new Int32Array([this.queue, POLLIN, this.#wakes, POLLIN]);
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
      for (const handle of [this.queue, this.#wakes, this.#mounts]) {
        if (handle >= 0) this.#libc.close(handle);
      }
      this.library.close();
    };
    if (this.#waiting === undefined) return close();
    this.wake();
    void this.#waiting.then(close);
  }
}
