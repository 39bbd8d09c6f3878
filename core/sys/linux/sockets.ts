import { Errno } from "../errno.ts";
import { Ready, type Sockets } from "../sockets.ts";
import type { Handle, Result } from "../sys.ts";
import { addressBytes, hasAddress, socketAddress } from "./socket_address.ts";
import { errnoOf } from "./libc.ts";

// See symbols.ts for why lengths are u32 and results i32, and why these are groups.

/** What waking another thread needs. */
const EVENT = {
  __errno_location: { parameters: [], result: "pointer" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What taking over the descriptor of a connection needs: to find it, and to unwatch it. */
const FIND = {
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What choosing how connections send needs. */
const CHOOSE = {
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What connecting needs besides. */
const CONNECT = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What moving bytes of this process over a connection needs. */
const STREAM = {
  recv: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What sending from a file needs. */
const SEND_FILE = {
  sendfile: { parameters: ["i32", "i32", "pointer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What receiving into a file needs. */
const PIPE = {
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  splice: { parameters: ["i32", "pointer", "i32", "pointer", "u32", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

// socket.h, poll.h, eventfd.h and epoll.h: the same on every architecture of Linux that Deno runs on.
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_MORE = 0x8000;
const SHUT_WR = 1;
const EFD_CLOEXEC = 0o2000000;
const EFD_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const F_SETPIPE_SZ = 1031;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLET = 0x80000000;
/** What a runtime has opened when it has started has lower numbers: some 30. */
const EARLY_HANDLES = 128;
/** SOCK_STREAM, SOCK_NONBLOCK and SOCK_CLOEXEC. */
const STREAM_SOCKET = 1 | 0o4000 | 0o2000000;
/** A listener of this machine takes a connection at once, unless its queue is full. */
const CONNECT_MS = 20;
/** Of tcp(7). */
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const TCP_CONGESTION = 13;
/** The congestion control that every kernel has and every user may choose. */
const RENO = new TextEncoder().encode("reno");
const ON = new Uint8Array(new Int32Array([1]).buffer);
const SPLICE_F_MOVE = 1;
const SPLICE_F_NONBLOCK = 2;
/** The most that an ordinary user may ask for (/proc/sys/fs/pipe-max-size). */
const PIPE_BYTES = 1 << 20;

/** A struct epoll_event that asks for nothing; its data, 0, stands for nothing to do in tokio. */
const NO_EVENTS = new Uint8Array(new Uint32Array([EPOLLET, 0, 0, 0]).buffer);

/** Descriptors that are looked through; a process with more open takes the plain path. */
const DESCRIPTORS_MAX = 1 << 16;

/** Binds the first calls. Throws when FFI is not permitted or libc.so.6 is not there. */
export function openLinuxSockets(): Sockets {
  return new LinuxSockets();
}

/** A group that is bound. */
type Calls<Group extends Deno.ForeignLibraryInterface> = Deno.StaticForeignLibraryInterface<Group>;

class LinuxSockets implements Sockets {
  readonly #bound: { close(): void }[] = [];
  readonly #event = this.#bind(EVENT);
  readonly #errno = errnoOf(this.#event);
  #found: Calls<typeof FIND> | undefined;
  #chosen: Calls<typeof CHOOSE> | undefined;
  #connecting: Calls<typeof CONNECT> | undefined;
  #streamed: Calls<typeof STREAM> | undefined;
  #sent: Calls<typeof SEND_FILE> | undefined;
  #piped: Calls<typeof PIPE> | undefined;
  /** Two struct pollfd: descriptor, then events and revents as 16 bits each. */
  readonly #polled = new Int32Array(4);
  readonly #polledBytes = new Uint8Array(this.#polled.buffer);
  readonly #count = new BigUint64Array([1n]);
  readonly #countBytes = new Uint8Array(this.#count.buffer);
  readonly #cleared = new Uint8Array(8);
  /** The ends of the pipe to read from and to write to; -1 while there is none. */
  readonly #pipe = new Int32Array([-1, -1]);

  #bind<Group extends Deno.ForeignLibraryInterface>(group: Group): Calls<Group> {
    const library = Deno.dlopen("libc.so.6", group);
    this.#bound.push(library);
    return library.symbols;
  }

  get #find(): Calls<typeof FIND> {
    return this.#found ??= this.#bind(FIND);
  }

  get #stream(): Calls<typeof STREAM> {
    return this.#streamed ??= this.#bind(STREAM);
  }

  get #pipes(): Calls<typeof PIPE> {
    return this.#piped ??= this.#bind(PIPE);
  }

  #done(result: number): Result {
    return result < 0 ? -(this.#errno[0] ?? Errno.EIO) : result;
  }

  findDescriptor(local: Deno.NetAddr, remote: Deno.NetAddr): Result {
    const there = addressBytes(remote.hostname);
    if (there === undefined) return -Errno.ENOENT;
    return this.#findSocket(
      local,
      (name) => name !== undefined && hasAddress(name, there, remote.port),
    );
  }

  /** The descriptor of the socket with this address of its own whose peer's is as wanted. */
  #findSocket(
    local: Deno.NetAddr,
    isWanted: (peer: Uint8Array<ArrayBuffer> | undefined) => boolean,
  ): Result {
    const here = addressBytes(local.hostname);
    if (here === undefined) return -Errno.ENOENT;
    const name = new Uint8Array(128); // sockaddr_storage
    const length = new Uint32Array(1);
    const lengthBytes = new Uint8Array(length.buffer);
    for (let descriptor = 0; descriptor < DESCRIPTORS_MAX; descriptor++) {
      length[0] = name.length;
      if (this.#find.getsockname(descriptor, name, lengthBytes) !== 0) continue;
      if (!hasAddress(name, here, local.port)) continue;
      length[0] = name.length;
      const hasPeer = this.#find.getpeername(descriptor, name, lengthBytes) === 0;
      if (isWanted(hasPeer ? name : undefined)) return descriptor;
    }
    return -Errno.ENOENT;
  }

  answerUnpaced(listening: Deno.NetAddr): Result {
    const listener = this.#findSocket(listening, (peer) => peer === undefined);
    return listener < 0 ? listener : this.#choose(listener, TCP_CONGESTION, RENO);
  }

  #choose(socket: Handle, option: number, value: Uint8Array<ArrayBuffer>): Result {
    this.#chosen ??= this.#bind(CHOOSE);
    return this.#done(
      this.#chosen.setsockopt(socket, IPPROTO_TCP, option, value, value.length),
    );
  }

  connectUnpaced(to: Deno.NetAddr): Result {
    const address = socketAddress(to.hostname, to.port);
    if (address === undefined) return -Errno.EINVAL;
    const calls = this.#connecting ??= this.#bind(CONNECT);
    const socket = this.#done(calls.socket(address.family, STREAM_SOCKET, 0));
    if (socket < 0) return socket;
    const { bytes } = address;
    let result = this.#choose(socket, TCP_CONGESTION, RENO);
    if (result === 0) result = this.#choose(socket, TCP_NODELAY, ON);
    if (result === 0) result = this.#done(calls.connect(socket, bytes, bytes.length));
    if (result === -Errno.EINPROGRESS && this.wait(socket, Ready.Write, -1, CONNECT_MS) > 0) {
      result = this.#done(calls.connect(socket, bytes, bytes.length)); // tells how it went
    }
    if (result === 0) return socket;
    this.close(socket);
    return result;
  }

  close(socket: Handle): Result {
    return this.#done(this.#event.close(socket));
  }

  unwatch(socket: Handle): Result {
    // The runtime made its epoll when it started, but a socket may have a number that was free below.
    const most = Math.max(socket, EARLY_HANDLES);
    for (let watcher = 0; watcher < most; watcher++) {
      if (this.#find.epoll_ctl(watcher, EPOLL_CTL_DEL, socket, NO_EVENTS) === 0) return watcher;
    }
    return -Errno.ENOENT;
  }

  watchAgain(socket: Handle, watcher: Handle): void {
    this.#find.epoll_ctl(watcher, EPOLL_CTL_ADD, socket, NO_EVENTS);
  }

  receive(socket: Handle, into: Uint8Array<ArrayBuffer>, length: number): Result {
    return this.#done(this.#stream.recv(socket, into, length, MSG_DONTWAIT));
  }

  send(socket: Handle, bytes: Uint8Array<ArrayBuffer>, length: number, more: boolean): Result {
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    return this.#done(this.#stream.send(socket, bytes, length, flags));
  }

  /** sendfile(2) has no MSG_NOSIGNAL, but Deno, like all of Rust, ignores SIGPIPE. */
  sendFile(socket: Handle, file: Handle, length: number): Result {
    this.#sent ??= this.#bind(SEND_FILE);
    return this.#done(this.#sent.sendfile(socket, file, null, length));
  }

  fillPipe(socket: Handle, length: number): Result {
    if (this.#pipe[1] === -1) {
      const made = this.#done(this.#pipes.pipe2(new Uint8Array(this.#pipe.buffer), O_CLOEXEC));
      if (made < 0) return made;
      // Refused, it stays as it is: 64 KiB.
      this.#pipes.fcntl(this.#pipe[1] ?? -1, F_SETPIPE_SZ, PIPE_BYTES);
    }
    const step = Math.min(length, PIPE_BYTES);
    const flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;
    return this.#done(this.#pipes.splice(socket, null, this.#pipe[1] ?? -1, null, step, flags));
  }

  emptyPipe(file: Handle, length: number): Result {
    const from = this.#pipe[0] ?? -1;
    return this.#done(this.#pipes.splice(from, null, file, null, length, SPLICE_F_MOVE));
  }

  readPipe(into: Uint8Array<ArrayBuffer>, length: number): Result {
    return this.#done(this.#pipes.read(this.#pipe[0] ?? -1, into, length));
  }

  dropPipe(): void {
    for (const end of this.#pipe) if (end >= 0) this.#event.close(end);
    this.#pipe.fill(-1);
  }

  closeWrite(socket: Handle): Result {
    return this.#done(this.#stream.shutdown(socket, SHUT_WR));
  }

  wait(socket: Handle, what: number, event: Handle, timeoutMs: number): Result {
    const polled = this.#polled;
    polled[0] = socket;
    polled[1] = what;
    polled[2] = event;
    polled[3] = Ready.Read;
    const result = this.#stream.poll(this.#polledBytes, event < 0 ? 1 : 2, timeoutMs);
    if (result < 0) {
      const errno = this.#errno[0] ?? Errno.EIO;
      return errno === Errno.EINTR ? 0 : -errno;
    }
    if (result === 0) return 0;
    // An error or a hang-up is told by the next call on the socket: count it as ready.
    const socketReady = (polled[1] ?? 0) >>> 16 !== 0 ? what : 0;
    const eventReady = event >= 0 && (polled[3] ?? 0) >>> 16 !== 0 ? Ready.Event : 0;
    return socketReady | eventReady;
  }

  makeEvent(): Result {
    return this.#done(this.#event.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  }

  raiseEvent(event: Handle): Result {
    return this.#done(this.#event.write(event, this.#countBytes, 8));
  }

  clearEvent(event: Handle): Result {
    return this.#done(this.#stream.read(event, this.#cleared, 8));
  }

  closeEvent(event: Handle): Result {
    return this.#done(this.#event.close(event));
  }

  end(): void {
    this.dropPipe();
    for (const library of this.#bound) library.close();
  }
}
