/**
 * What the floor programs call of the C library, and nothing that they do not: binding a function
 * takes 0.15 ms. As in blit, each stands in a function whose name begins with `ffi`, which V8's last
 * compiler takes (docs/decisions/0024).
 */

/** The path, name or memory that a call is given. */
export type Bytes = Uint8Array<ArrayBuffer>;

const LIBRARY = "libc.so.6";

/** The directory to which a path that begins at the root belongs. */
export const AT_FDCWD = -100;
/** O_DIRECTORY and O_CLOEXEC, for reading. */
export const OPEN_DIRECTORY = 0x10000 | 0x80000;
/** O_CLOEXEC, for reading. */
export const OPEN_FILE = 0x80000;
/** O_WRONLY, O_CREAT, O_EXCL and O_CLOEXEC. */
export const MAKE_FILE = 0x1 | 0x40 | 0x80 | 0x80000;

/** AT_SYMLINK_NOFOLLOW and AT_NO_AUTOMOUNT, as blit asks. */
export const STAT_FLAGS = 0x100 | 0x800;
/** What blit asks for. */
export const STATX_BASIC_STATS = 0x7ff;

/** What looking into directories takes. */
export function bindLooking() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
    getdents64: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
  return {
    ffiOpenat: (directory: number, name: Bytes, flags: number, mode: number) =>
      symbols.openat(directory, name, flags, mode),
    ffiGetdents64: (directory: number, into: Bytes, length: number) =>
      symbols.getdents64(directory, into, length),
    ffiClose: (handle: number) => symbols.close(handle),
  };
}

/** What asking about names takes. */
export function bindStat() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  });
  return {
    ffiStatx: (directory: number, name: Bytes, flags: number, mask: number, into: Bytes) =>
      symbols.statx(directory, name, flags, mask, into),
  };
}

/** What giving one file the content and the times of another takes. */
export function bindCopying() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    fstat: { parameters: ["i32", "buffer"], result: "i32" },
    sendfile: { parameters: ["i32", "i32", "pointer", "u32"], result: "i32" },
    futimens: { parameters: ["i32", "buffer"], result: "i32" },
  });
  return {
    ffiFstat: (handle: number, into: Bytes) => symbols.fstat(handle, into),
    ffiSendfile: (to: number, from: number, length: number) =>
      symbols.sendfile(to, from, null, length),
    ffiFutimens: (handle: number, times: Bytes) => symbols.futimens(handle, times),
  };
}

/** What making a directory takes. */
export function bindMaking() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  });
  return symbols;
}

/** What replacing and removing take. */
export function bindReplacing() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    renameat: { parameters: ["i32", "buffer", "i32", "buffer"], result: "i32" },
    unlinkat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  });
  return symbols;
}

/** What reading files and sending them takes. */
export function bindSending() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    fstat: { parameters: ["i32", "buffer"], result: "i32" },
    read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    sendfile: { parameters: ["i32", "i32", "pointer", "u32"], result: "i32" },
    shutdown: { parameters: ["i32", "i32"], result: "i32" },
  });
  return {
    ffiFstat: (handle: number, into: Bytes) => symbols.fstat(handle, into),
    ffiRead: (handle: number, into: Bytes, length: number) => symbols.read(handle, into, length),
    sendfile: symbols.sendfile,
    shutdown: symbols.shutdown,
  };
}

/** What receiving and making files takes. */
export function bindReceiving() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    futimens: { parameters: ["i32", "buffer"], result: "i32" },
  });
  return {
    mkdirat: symbols.mkdirat,
    ffiWrite: (handle: number, bytes: Bytes, length: number) =>
      symbols.write(handle, bytes, length),
    ffiFutimens: (handle: number, times: Bytes) => symbols.futimens(handle, times),
  };
}

/** What bringing a large file from a socket to its place takes. */
export function bindSplicing() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    pipe2: { parameters: ["buffer", "i32"], result: "i32" },
    fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
    splice: { parameters: ["i32", "pointer", "i32", "pointer", "u32", "u32"], result: "i32" },
  });
  return symbols;
}

/** What sending and receiving bytes takes. */
export function bindSocket() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
    recv: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  });
  return symbols;
}

/** What it takes to reach a peer. */
export function bindConnecting() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
    connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  });
  return symbols;
}

/** What it takes to be reached. */
export function bindListening() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    listen: { parameters: ["i32", "i32"], result: "i32" },
    getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    accept: { parameters: ["i32", "pointer", "pointer"], result: "i32" },
  });
  return symbols;
}

/** What a thread needs to have credentials of its own. */
export function bindCredentials() {
  const { symbols } = Deno.dlopen(LIBRARY, {
    prctl: { parameters: ["i32", "u32"], result: "i32" },
  });
  return symbols;
}
