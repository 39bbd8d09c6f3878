import { Errno, errnoWords } from "../errno.ts";
import type { Handle, Name, Result } from "../sys.ts";
import { AT_FDCWD, O_CLOEXEC, O_DIRECTORY, O_PATH, O_RDONLY } from "./constants.ts";
import { procIsWorkingDirectory, setProcInWorkingDirectory } from "./proc.ts";

/** unshare(2): a root, working directory and umask of the thread's own. */
const CLONE_FS = 0x200;

const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  unshare: { parameters: ["i32"], result: "i32" },
  chroot: { parameters: ["buffer"], result: "i32" },
  fchdir: { parameters: ["i32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const HERE = named(".");
const DIRECTORY = O_DIRECTORY | O_CLOEXEC;

/** What a thread needs to change its root and to come back. */
interface Thread {
  readonly libc: Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;
  readonly errno: Int32Array;
  /** The root the thread began with, and the real /proc/self. */
  readonly root: Handle;
  readonly proc: Handle;
}

let thread: Thread | undefined;

/**
 * Gives the calling thread, and no other, the directory as its root (chroot(2) after
 * `unshare(CLONE_FS)`), and opens that root: a handle, or a negated errno with nothing changed.
 * `-EPERM` means that the process lacks CAP_SYS_CHROOT. `path` is absolute, and is resolved from
 * the root the thread began with, whichever one it is in.
 *
 * Only in a Worker, which has a thread of its own: on the main thread it is refused (`-EINVAL`),
 * because Deno resolves its own paths there. Modules and WASM must be loaded before; symbols of
 * libc may be bound later, since the library is in memory. A user namespace is no way around the
 * missing right: a process of several threads cannot enter one (user_namespaces(7)).
 *
 * The working directory becomes /proc/self, which the calls that name open files by
 * /proc/self/fd need. Nothing else may use paths relative to it.
 */
export function enterChroot(path: Name): Result {
  if (!isWorker()) return -Errno.EINVAL;
  if (procIsWorkingDirectory()) {
    const left = leaveChroot();
    if (left < 0) return left;
  }
  const held = thread ?? openThread();
  if (typeof held === "number") return held;
  const { libc } = held;
  const directory = libc.openat(AT_FDCWD, path, O_RDONLY | DIRECTORY, 0);
  if (directory < 0) return failure(held);
  // By what is held, so that the path is resolved once.
  const result = moveTo(held, directory);
  if (result < 0) {
    libc.close(directory);
    return result;
  }
  setProcInWorkingDirectory(true);
  return directory;
}

/** Gives the calling thread the root back that it began with; 0, or a negated errno. */
export function leaveChroot(): Result {
  if (thread === undefined || !procIsWorkingDirectory()) return 0;
  const result = moveTo(thread, thread.root);
  // Still at /proc/self, which procSelf may go on to use if this failed.
  if (result < 0) return result;
  setProcInWorkingDirectory(false);
  return 0;
}

/** A sentence for the log: why a module is not served from inside a changed root. */
export function chrootRefusal(module: string, errno: number): string {
  const reason = errno === Errno.EPERM
    ? "the daemon lacks the right to change its root (CAP_SYS_CHROOT)"
    : errnoWords(errno);
  return `Module "${module}" is served without chroot: ${reason}. ` +
    "Its paths are still held beneath its root.";
}

/** Makes a directory the root and /proc/self the working directory; on failure nothing changes. */
function moveTo(held: Thread, directory: Handle): Result {
  const { libc } = held;
  if (libc.fchdir(directory) < 0) return failure(held);
  const result = libc.chroot(HERE) < 0 ? failure(held) : 0;
  libc.fchdir(held.proc);
  return result;
}

function openThread(): Thread | Result {
  const libc = Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  const location = libc.__errno_location();
  if (location === null) return -Errno.ENOSYS;
  const errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
  const root = libc.openat(AT_FDCWD, named("/"), O_PATH | DIRECTORY, 0);
  if (root < 0) return -(errno[0] ?? Errno.EIO);
  const proc = libc.openat(AT_FDCWD, named("/proc/self"), O_PATH | DIRECTORY, 0);
  const opened = { libc, errno, root, proc };
  const result = proc < 0 || libc.unshare(CLONE_FS) < 0 ? failure(opened) : 0;
  if (result === 0) return thread = opened;
  if (proc >= 0) libc.close(proc);
  libc.close(root);
  return result;
}

function failure({ errno }: Thread): Result {
  return -(errno[0] ?? Errno.EIO);
}

function isWorker(): boolean {
  return "WorkerGlobalScope" in globalThis;
}

function named(path: string): Name {
  return new TextEncoder().encode(path + "\0");
}
