import assert from "node:assert/strict";
import { listenOn } from "../../../../core/remote/acceptor.ts";
import {
  connectWithin,
  DataConnectError,
  DataListener,
  TOKEN_BYTES,
} from "../../../../core/remote/data/mod.ts";
import { Errno } from "../../../../core/sys/mod.ts";
import { openSockets, Ready, type Sockets } from "../../../../core/sys/sockets.ts";
import { needing } from "../../../support/host.ts";

const SESSION = new Uint8Array(16).fill(7);
const ANY_TOKEN = new Uint8Array(TOKEN_BYTES);
/** ECONNREFUSED of asm-generic/errno.h. */
const REFUSED = 111;

interface Ground {
  readonly sockets: Sockets;
  /** The congestion control that a socket has. */
  readonly controlOf: (socket: number) => string;
}

async function withSockets(fn: (ground: Ground) => Promise<void>): Promise<void> {
  const libc = Deno.dlopen("libc.so.6", {
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  });
  const sockets = openSockets();
  assert(sockets !== undefined);
  try {
    await fn({
      sockets,
      controlOf: (socket) => {
        const name = new Uint8Array(16);
        const length = new Uint8Array(new Uint32Array([name.length]).buffer);
        assert.equal(libc.symbols.getsockopt(socket, 6, 13, name, length), 0);
        return new TextDecoder().decode(name).replace(/\0.*/s, "");
      },
    });
  } finally {
    sockets.end();
    libc.close();
  }
}

function address(hostname: string, port: number): Deno.NetAddr {
  return { transport: "tcp", hostname, port };
}

/** A test of what only Linux has. */
function onLinux(name: string, fn: (ground: Ground) => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os !== "linux", fn: () => withSockets(fn) });
}

onLinux("what comes to a listener of this machine answers unpaced", async (ground) => {
  const { sockets, controlOf } = ground;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assert.equal(sockets.answerUnpaced(listener.addr), 0);
  using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using accepted = await listener.accept();
  const { localAddr, remoteAddr } = accepted;
  assert.equal(controlOf(sockets.findDescriptor(localAddr, remoteAddr)), "reno");
  // A connection that has this address is no listener.
  assert.equal(sockets.answerUnpaced(client.localAddr), -Errno.ENOENT);
});

for (const host of ["127.0.0.1", "::1"]) {
  Deno.test({
    ...needing(`a socket to a listener on ${host} is unpaced and carries bytes both ways`, "ipv6"),
    ignore: Deno.build.os !== "linux",
    fn: () =>
      withSockets(async ({ sockets, controlOf }) => {
        using listener = Deno.listen({ hostname: host, port: 0 });
        const socket = sockets.connectUnpaced(address(host, listener.addr.port));
        assert(socket > 2, `${socket}`);
        assert.equal(controlOf(socket), "reno");
        using accepted = await listener.accept();
        assert.equal(sockets.send(socket, new Uint8Array([3]), 1, false), 1);
        const byte = new Uint8Array(1);
        assert.equal(await accepted.read(byte), 1);
        assert.equal(byte[0], 3);
        await accepted.write(new Uint8Array([4]));
        assert.equal(sockets.wait(socket, Ready.Read, -1, 1000), Ready.Read);
        assert.deepEqual([sockets.receive(socket, byte, 1), byte[0]], [1, 4]);
        assert.equal(sockets.close(socket), 0);
        assert.equal(await accepted.read(byte), null);
      }),
  });
}

onLinux("where nobody listens there is no socket, and none is left open", async ({ sockets }) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const before = [...Deno.readDirSync("/proc/self/fd")].length;
  assert.equal(sockets.connectUnpaced(address("127.0.0.1", port)), -REFUSED);
  for (const host of ["localhost", "", "fe80::1%lo"]) {
    assert.equal(sockets.connectUnpaced(address(host, port)), -Errno.EINVAL);
  }
  assert.equal([...Deno.readDirSync("/proc/self/fd")].length, before);
  assert.equal(await connectWithin(sockets, address("127.0.0.1", port), ANY_TOKEN), undefined);
});

onLinux("a token opens a socket of the mover's own, once", async ({ sockets }) => {
  const [acceptor] = listenOn(["127.0.0.1"], 0);
  assert(acceptor !== undefined);
  const listener = new DataListener(acceptor);
  const to = address("127.0.0.1", listener.port);
  const expectation = await listener.expect(SESSION, 1);
  const [token = ANY_TOKEN] = expectation.tokens;
  const made = await connectWithin(sockets, to, token);
  assert(made !== undefined);
  const conn = await expectation.arrived(0);
  assert(conn !== undefined);
  assert.equal(sockets.send(made.socket, new Uint8Array([9]), 1, false), 1);
  const byte = new Uint8Array(1);
  assert.equal(await conn.read(byte), 1);
  assert.equal(byte[0], 9);
  await assert.rejects(connectWithin(sockets, to, token), isOf("data-refused"));
  await assert.rejects(connectWithin(sockets, to, new Uint8Array(3)), isOf("data-version"));
  made.close();
  made.close(); // whose number somebody else may have by now
  assert.equal(await conn.read(byte), null);
  conn.close();
  expectation.forget();
  listener.close();
  await listener.finished;
});

onLinux("a listener that says nothing, hangs up or speaks otherwise is told", async (ground) => {
  const { sockets } = ground;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const to = listener.addr;
  const silent = connectWithin(sockets, to, ANY_TOKEN, { answerMs: 30 });
  await assert.rejects(silent, isOf("data-unreachable"));
  (await listener.accept()).close();

  const left = new AbortController();
  const waiting = connectWithin(sockets, to, ANY_TOKEN, { signal: left.signal });
  left.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  (await listener.accept()).close();

  for (const [answer, code] of [[undefined, "data-unreachable"], [2, "data-version"]] as const) {
    const asked = connectWithin(sockets, to, ANY_TOKEN);
    const met = (async () => {
      const conn = await listener.accept();
      if (answer !== undefined) await conn.write(new Uint8Array([answer]));
      conn.close();
    })();
    await assert.rejects(asked, isOf(code));
    await met;
  }
});

function isOf(code: DataConnectError["code"]): (error: unknown) => boolean {
  return (error) => error instanceof DataConnectError && error.code === code;
}
