import { Errno } from "../errno.ts";
import type { Handle, Result } from "../sys.ts";
import { O_CLOEXEC, O_NONBLOCK } from "./constants.ts";
import { EventQueue } from "./event_queue.ts";
import { procSelf } from "./proc.ts";
import { errnoOf } from "./libc.ts";

/** See symbols.ts for why these types. */
const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
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

/** One event of the queue. The name is a view that the next read overwrites; empty for none. */
export type OnEvent = (watch: number, mask: number, name: Uint8Array) => void;

/** Opens a queue. Throws when FFI is not permitted, and gives a negated errno for the rest. */
export function openInotify(): Inotify | Result {
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const errno = errnoOf(library.symbols);
  const descriptor = library.symbols.inotify_init1(O_CLOEXEC | O_NONBLOCK);
  if (descriptor >= 0) return new Inotify(library, errno, new EventQueue(descriptor));
  const failure = -(errno[0] ?? Errno.EIO);
  library.close();
  return failure;
}

/** One queue of inotify(7). */
export class Inotify {
  readonly #libc: Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

  constructor(
    readonly library: Deno.DynamicLibrary<typeof SYMBOLS>,
    readonly errno: Int32Array,
    readonly queue: EventQueue,
  ) {
    this.#libc = library.symbols;
  }

  /** Watches what a handle holds, whatever its name is; gives the watch's number. */
  add(handle: Handle, mask: number): Result {
    const result = this.#libc.inotify_add_watch(
      this.queue.descriptor,
      procSelf(`fd/${handle}`),
      mask,
    );
    return result < 0 ? -(this.errno[0] ?? Errno.EIO) : result;
  }

  /** Ends a watch; one that has ended by itself does not mind. */
  remove(watch: number): void {
    this.#libc.inotify_rm_watch(this.queue.descriptor, watch);
  }

  /** Tells of the events that one read takes from the queue; how many, or a negated errno. */
  read(onEvent: OnEvent): Result {
    const { buffer, view } = this.queue;
    const length = this.queue.read();
    if (length <= 0) return length;
    let count = 0;
    for (let at = 0; at + HEADER_BYTES <= length; count++) {
      const watch = view.getInt32(at, true);
      const mask = view.getUint32(at + 4, true);
      const named = view.getUint32(at + 12, true);
      at += HEADER_BYTES;
      const end = Math.min(at + named, length);
      const name = buffer.subarray(at, end);
      const nul = name.indexOf(0);
      onEvent(watch, mask, nul < 0 ? name : name.subarray(0, nul));
      at = end;
    }
    return count;
  }

  /** Gives everything back. */
  end(): void {
    this.queue.end();
    this.library.close();
  }
}
