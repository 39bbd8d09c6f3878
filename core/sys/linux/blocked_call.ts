import type { BlockedCall, Name } from "../sys.ts";
import { AT_FDCWD, O_CLOEXEC, O_RDONLY } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { procSelf } from "./proc.ts";
import { callShape } from "./system_calls.ts";

const O_CREAT = 0x40;
/** What O_TMPFILE has besides O_DIRECTORY (asm-generic/fcntl.h). */
const UNNAMED = 0o20000000;
const SEEK_SET = 0;
const SLASH = 47;
/** PATH_MAX of linux/limits.h. */
const PATH_BYTES = 4096;

/**
 * What a thread of this process waits for in the kernel: its `syscall` in /proc (proc(5)), the
 * paths of the descriptors among the arguments, and names read out of the thread's memory, which
 * holds still meanwhile. None of it asks the file system that does not answer.
 */
export function blockedCall(libc: Libc, threadId: number): BlockedCall | undefined {
  const file = open(libc, `task/${threadId}/syscall`);
  if (file < 0) return undefined;
  const buffer = new Uint8Array(256);
  const length = libc.core.ffiRead(file, buffer, buffer.length);
  libc.core.ffiClose(file);
  if (length <= 0) return undefined;
  // "running", "-1 SP PC", or the number, six arguments, SP and PC.
  const fields = String.fromCharCode(...buffer.subarray(0, length)).split(" ");
  const shape = callShape(Number(fields[0]));
  if (shape === undefined || fields.length < 7) return undefined;
  const args = fields.slice(1, 7).map((field) => BigInt(field));
  const directory = shape.handle === undefined
    ? undefined
    : pathOf(libc, Number(BigInt.asIntN(32, args[shape.handle] ?? 0n)));
  const name = shape.name === undefined ? undefined : readText(libc, args[shape.name] ?? 0n);
  const path = joined(libc, directory, name);
  // Sockets and pipes have no path: a thread that reads them waits for others, not for storage.
  if (path === undefined || path[0] !== SLASH) return undefined;
  const to = shape.to === undefined ? undefined : pathOf(libc, Number(args[shape.to] ?? 0n));
  const flags = shape.flags === undefined ? 0 : Number(args[shape.flags] ?? 0n);
  const creates = (flags & (O_CREAT | UNNAMED)) !== 0;
  const isSent = shape.to !== undefined && to?.[0] !== SLASH;
  return {
    doing: creates ? "creating" : isSent ? "sending" : shape.doing,
    path,
    ...(to !== undefined && !isSent && { to }),
  };
}

function joined(libc: Libc, directory: Name | undefined, name: Name | undefined): Name | undefined {
  if (name === undefined || name.length === 0) return directory;
  // Attributes are reached by the descriptor's name below /proc.
  const descriptor = /^(?:\/proc\/self\/)?fd\/(\d+)$/.exec(String.fromCharCode(...name))?.[1];
  if (descriptor !== undefined) return pathOf(libc, Number(descriptor));
  if (name[0] === SLASH || directory === undefined) return name;
  const path = new Uint8Array(directory.length + 1 + name.length);
  path.set(directory);
  path[directory.length] = SLASH;
  path.set(name, directory.length + 1);
  return path;
}

/** The path of a descriptor; of a file without a name, that of its directory. */
function pathOf(libc: Libc, handle: number): Name | undefined {
  const buffer = new Uint8Array(PATH_BYTES);
  const link = procSelf(handle === AT_FDCWD ? "cwd" : `fd/${handle}`);
  const length = libc.linkTarget.ffiReadlinkat(AT_FDCWD, link, buffer, buffer.length);
  if (length < 0) return undefined;
  const path = buffer.slice(0, length);
  const unnamed = /\/#\d+ \(deleted\)$/.exec(String.fromCharCode(...path));
  return unnamed === null ? path : path.slice(0, unnamed.index);
}

/** Text at an address of this process, up to its NUL; through /proc, where a bad one is an error. */
function readText(libc: Libc, address: bigint): Name | undefined {
  if (address === 0n) return undefined;
  const memory = open(libc, "mem");
  if (memory < 0) return undefined;
  const buffer = new Uint8Array(PATH_BYTES);
  libc.rare.lseek(memory, address, SEEK_SET);
  const length = libc.core.ffiRead(memory, buffer, buffer.length);
  libc.core.ffiClose(memory);
  const end = buffer.indexOf(0);
  return length <= 0 || end < 0 || end >= length ? undefined : buffer.slice(0, end);
}

function open(libc: Libc, rest: string): number {
  return libc.core.ffiOpenat(AT_FDCWD, procSelf(rest), O_RDONLY | O_CLOEXEC, 0);
}
