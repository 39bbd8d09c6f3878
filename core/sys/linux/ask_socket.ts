/** See symbols.ts for why these types; few, as each takes 0.15 ms to bind. */
const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  poll: { parameters: ["buffer", "u32", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

// socket.h and poll.h: the same on every architecture of Linux that Deno runs on.
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const POLLIN = 1;
/** `sun_path` of `struct sockaddr_un`, its NUL included (unix(7)). */
const PATH_BYTES = 108;
const ANSWER_BYTES = 64 * 1024;
const NEWLINE = 10;

/**
 * Sends a line to a Unix socket and waits for a line, no longer than `timeoutMs`. Undefined when
 * there is none, whatever the reason. Without an event loop: a timer alone would take Deno 8 ms.
 */
export function askSocket(path: string, line: string, timeoutMs: number): string | undefined {
  const encoded = new TextEncoder().encode(path);
  if (encoded.length >= PATH_BYTES) return undefined;
  const address = new Uint8Array(2 + PATH_BYTES);
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(encoded, 2);
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const libc = library.symbols;
  const socket = libc.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  try {
    if (socket < 0 || libc.connect(socket, address, 2 + encoded.length + 1) < 0) return undefined;
    const question = new TextEncoder().encode(line + "\n");
    if (libc.send(socket, question, question.length, MSG_NOSIGNAL) !== question.length) {
      return undefined;
    }
    return answer(libc, socket, performance.now() + timeoutMs);
  } finally {
    if (socket >= 0) libc.close(socket);
    library.close();
  }
}

function answer(
  libc: Deno.StaticForeignLibraryInterface<typeof SYMBOLS>,
  socket: number,
  deadline: number,
): string | undefined {
  const buffer = new Uint8Array(ANSWER_BYTES);
  const polled = new Int32Array(2);
  const polledBytes = new Uint8Array(polled.buffer);
  let length = 0;
  for (;;) {
    const left = Math.ceil(deadline - performance.now());
    polled[0] = socket;
    polled[1] = POLLIN;
    if (left <= 0 || libc.poll(polledBytes, 1, left) <= 0) return undefined;
    const got = libc.read(socket, buffer.subarray(length), buffer.length - length);
    if (got <= 0) return undefined;
    length += got;
    const end = buffer.subarray(0, length).indexOf(NEWLINE);
    if (end >= 0) return new TextDecoder().decode(buffer.subarray(0, end));
    if (length === buffer.length) return undefined;
  }
}
