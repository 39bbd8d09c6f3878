import { Errno } from "../errno.ts";
import type { Handle, Name, Result } from "../sys.ts";
import { AT_EMPTY_PATH, AT_FDCWD, O_CLOEXEC, O_PATH } from "./constants.ts";
import { EventQueue } from "./event_queue.ts";
import { procSelf } from "./proc.ts";
import { errnoOf } from "./libc.ts";

/** See symbols.ts for why these types; `fanotify_mark` takes its mask in 64 bits. */
const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  fanotify_init: { parameters: ["u32", "u32"], result: "i32" },
  fanotify_mark: { parameters: ["i32", "u32", "u64", "i32", "buffer"], result: "i32" },
  name_to_handle_at: {
    parameters: ["i32", "buffer", "buffer", "buffer", "i32"],
    result: "i32",
  },
  open_by_handle_at: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "u32"], result: "i32" },
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What is told of a marked file system: linux/fanotify.h, fanotify(7). */
export const Fan = {
  Modify: 0x2,
  Attrib: 0x4,
  CloseWrite: 0x8,
  MovedFrom: 0x40,
  MovedTo: 0x80,
  Create: 0x100,
  Delete: 0x200,
  Overflow: 0x4000,
  OnDirectory: 0x40000000,
} as const;

// linux/fanotify.h. With these three a queue tells the directory, the name and the file itself.
const FAN_CLOEXEC = 0x1;
const FAN_NONBLOCK = 0x2;
const FAN_REPORT_FID = 0x200;
const FAN_REPORT_DIR_FID = 0x400;
const FAN_REPORT_NAME = 0x800;
const FAN_MARK_ADD = 0x1;
const FAN_MARK_FILESYSTEM = 0x100;

/** `struct fanotify_event_metadata`: event_len, vers, reserved, metadata_len, mask, fd, pid. */
const EVENT_BYTES = 24;
/** `struct fanotify_event_info_header`: info_type, pad, len; then 8 bytes of f_fsid. */
const INFO_BYTES = 4;
const FSID_BYTES = 8;
/** The type of a record: of the file itself, of a directory and a name, of a directory. */
const Info = { File: 1, DirectoryAndName: 2, Directory: 3 } as const;
/** `struct file_handle`: handle_bytes, handle_type, then no more than MAX_HANDLE_SZ bytes. */
const HANDLE_BYTES = 8;
const MAX_HANDLE_SZ = 128;
/** `f_fsid` in `struct statfs`; see filesystem_status.ts for the size. */
const STATFS_BYTES = 120;
const STATFS_FSID = 56;

/**
 * A file or directory as fanotify tells of it: 8 bytes of the file system's id and a `struct
 * file_handle`. A view that the next read overwrites.
 */
export type FileId = Uint8Array<ArrayBuffer>;

/** What an event is about. The name is empty for none; all are views. */
export type OnFanEvent = (
  mask: number,
  directory: FileId | undefined,
  name: Uint8Array,
  file: FileId | undefined,
) => void;

/** Through which mount a file system is reached. */
export interface MarkedMount {
  /** An open directory of it. */
  readonly handle: Handle;
  /** Its number in this boot. */
  readonly id: number;
  /** The file system's id, one character a byte. */
  readonly fsid: string;
}

/** Opens a queue. Throws when FFI is not permitted, and gives a negated errno for the rest. */
export function openFanotify(): Fanotify | Result {
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const errno = errnoOf(library.symbols);
  const descriptor = library.symbols.fanotify_init(
    FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_FID | FAN_REPORT_DIR_FID | FAN_REPORT_NAME,
    0,
  );
  if (descriptor >= 0) return new Fanotify(library, errno, new EventQueue(descriptor));
  const failure = -(errno[0] ?? Errno.EIO);
  library.close();
  return failure;
}

/** One queue of fanotify(7) that tells of whole file systems. */
export class Fanotify {
  readonly #libc: Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;
  readonly #link = new Uint8Array(4096);
  readonly #handle = new Uint8Array(HANDLE_BYTES + MAX_HANDLE_SZ);
  readonly #mountId = new Int32Array(1);

  constructor(
    readonly library: Deno.DynamicLibrary<typeof SYMBOLS>,
    readonly errno: Int32Array,
    readonly queue: EventQueue,
  ) {
    this.#libc = library.symbols;
  }

  /**
   * Is told of all that happens in the file system of an open directory. Fails with EPERM without
   * the right, and in other ways where the file system cannot be told of.
   */
  mark(handle: Handle, mask: number): MarkedMount | Result {
    const flags = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
    const { descriptor } = this.queue;
    if (this.#libc.fanotify_mark(descriptor, flags, BigInt(mask), handle, null) < 0) {
      return this.#failure();
    }
    const status = new Uint8Array(STATFS_BYTES);
    if (this.#libc.fstatfs(handle, status) < 0) return this.#failure();
    const fsid = latin(status.subarray(STATFS_FSID, STATFS_FSID + FSID_BYTES));
    const own = this.idOf(handle, NO_NAME, fsid);
    if (typeof own === "number") return own;
    const mount = { handle, id: this.#mountId[0] ?? -1, fsid };
    // Not every file system finds again what it has given a handle of, and not everybody may ask.
    const again = this.open(mount, Uint8Array.from(own, (character) => character.charCodeAt(0)));
    if (again < 0) return again;
    this.close(again);
    return mount;
  }

  /** What events call a file or directory: one character a byte. The empty name is the directory. */
  idOf(directory: Handle, name: Name, fsid: string): string | Result {
    const bytes = this.#handle;
    const view = new DataView(bytes.buffer);
    view.setUint32(0, MAX_HANDLE_SZ, true);
    const mountId = new Uint8Array(this.#mountId.buffer);
    const result = this.#libc.name_to_handle_at(directory, name, bytes, mountId, AT_EMPTY_PATH);
    if (result < 0) return this.#failure();
    return fsid + latin(bytes.subarray(0, HANDLE_BYTES + view.getUint32(0, true)));
  }

  /** Opens what an event was about, only to look at it; ESTALE when it is gone. */
  open(mount: MarkedMount, id: FileId): Result {
    const handle = id.subarray(FSID_BYTES);
    const result = this.#libc.open_by_handle_at(mount.handle, handle, O_PATH | O_CLOEXEC);
    return result < 0 ? this.#failure() : result;
  }

  /** Where something open lies at this moment, one character a byte; or a negated errno. */
  pathOf(handle: Handle): string | Result {
    const link = this.#link;
    const path = procSelf(`fd/${handle}`);
    const length = this.#libc.readlinkat(AT_FDCWD, path, link, link.length);
    return length < 0 ? this.#failure() : latin(link.subarray(0, length));
  }

  close(handle: Handle): void {
    this.#libc.close(handle);
  }

  /** Tells of the events that one read takes from the queue; how many, or a negated errno. */
  read(onEvent: OnFanEvent): Result {
    const { view } = this.queue;
    const length = this.queue.read();
    if (length <= 0) return length;
    let count = 0;
    for (let at = 0; at + EVENT_BYTES <= length; count++) {
      const end = at + Math.max(view.getUint32(at, true), EVENT_BYTES);
      // The upper half holds nothing that was asked for.
      const mask = view.getUint32(at + 8, true);
      this.#event(mask, at + view.getUint16(at + 6, true), Math.min(end, length), onEvent);
      at = end;
    }
    return count;
  }

  #event(mask: number, first: number, end: number, onEvent: OnFanEvent): void {
    const { buffer, view } = this.queue;
    let [directory, file]: (FileId | undefined)[] = [];
    let name: Uint8Array = NOTHING;
    for (let at = first; at + INFO_BYTES + FSID_BYTES + HANDLE_BYTES <= end;) {
      const type = view.getUint8(at);
      const next = at + Math.max(view.getUint16(at + 2, true), INFO_BYTES);
      const start = at + INFO_BYTES;
      const idEnd = start + FSID_BYTES + HANDLE_BYTES + view.getUint32(start + FSID_BYTES, true);
      const id = buffer.subarray(start, idEnd);
      if (type === Info.File) file = id;
      else if (type === Info.Directory) directory = id;
      else if (type === Info.DirectoryAndName) {
        directory = id;
        const rest = buffer.subarray(idEnd, next);
        const nul = rest.indexOf(0);
        name = nul < 0 ? rest : rest.subarray(0, nul);
      }
      at = next;
    }
    onEvent(mask, directory, name, file);
  }

  /** Gives everything back. */
  end(): void {
    this.queue.end();
    this.library.close();
  }

  #failure(): Result {
    return -(this.errno[0] ?? Errno.EIO);
  }
}

const NO_NAME: Name = new Uint8Array(1);
const NOTHING = new Uint8Array(0);

/** Bytes as a string, one character a byte. */
export function latin(bytes: Uint8Array): string {
  // apply takes anything array-like, whatever its type says.
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
