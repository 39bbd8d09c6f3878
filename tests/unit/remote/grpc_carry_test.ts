import assert from "node:assert/strict";
import {
  type Carry,
  connect,
  type ControlServer,
  LinkError,
  type ServerHandlers,
  type ServerLimits,
} from "../../../core/remote/grpc/mod.ts";
import { startServer } from "../../../core/remote/grpc/server.ts";
import { settled } from "./settled.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function serve(
  onCarry: ServerHandlers["onCarry"],
  limits: ServerLimits = {},
): ControlServer {
  return startServer({
    addresses: ["127.0.0.1"],
    port: 0,
    version: "1.2.3",
    limits,
    onCarry,
    onSession: () => Promise.resolve(),
    onListModules: () => ({ modules: [], defaultExport: true, defaultReadOnly: false, motd: "" }),
  });
}

const reach = (port: number) => connect("127.0.0.1", port, { version: "3.2.1" });

Deno.test("carried bytes arrive whole, whatever pieces they are written and read in", async () => {
  const server = await serve(async (request) => {
    assert.equal(new TextDecoder().decode(request.token), "right");
    const carry = request.accept();
    for (let chunk; (chunk = await carry.readChunk()) !== null;) await carry.write(chunk);
    carry.closeWrite();
  });
  const connection = await reach(server.port);
  const carry = await connection.carry(bytes("right"));
  const sent = new Uint8Array(3_000_000);
  for (let at = 0; at < sent.length; at += 65536) {
    crypto.getRandomValues(sent.subarray(at, at + 65536));
  }
  const writing = (async () => {
    const piece = new Uint8Array(700_000);
    for (let at = 0, length = 1; at < sent.length; at += length, length = (length * 7) % 700_000) {
      const part = piece.subarray(0, Math.min(length, sent.length - at));
      part.set(sent.subarray(at, at + part.length));
      assert.equal(await carry.write(part), part.length);
      piece.fill(0); // the buffer is the caller's again
    }
    carry.closeWrite();
  })();
  const received = new Uint8Array(sent.length);
  const into = new Uint8Array(100_000);
  let at = 0;
  for (let count; (count = await carry.read(into)) !== null; at += count) {
    received.set(into.subarray(0, count), at);
  }
  await writing;
  assert.equal(at, sent.length);
  assert.deepEqual(received, sent);
  connection.close();
  await server.drain(1000);
});

Deno.test("a stream with a wrong token is refused with the server's sentence", async () => {
  const server = await serve((request) => request.refuse("The token is not one of this daemon's."));
  const connection = await reach(server.port);
  await assert.rejects(
    connection.carry(bytes("wrong")),
    new LinkError("refused", "The token is not one of this daemon's."),
  );
  await assert.rejects(
    connection.carry(new Uint8Array(5000)),
    new LinkError("refused", "A data stream must begin with its token."),
  );
  await assert.rejects(
    connection.carry(new Uint8Array()),
    new LinkError("refused", "A data stream must begin with its token."),
  );
  assert.equal((await connection.ping()).hello?.version, "1.2.3");
  connection.close();
  await server.drain(1000);
});

Deno.test("a writer waits while nobody reads, and the control plane goes on", async () => {
  const go = Promise.withResolvers<void>();
  let received = 0;
  const server = await serve(async (request) => {
    const carry = request.accept();
    await go.promise;
    for (let chunk; (chunk = await carry.readChunk()) !== null;) received += chunk.length;
    carry.closeWrite();
  });
  const connection = await reach(server.port);
  const carry = await connection.carry(bytes("right"));
  const piece = new Uint8Array(1 << 20);
  let sent = 0;
  const writing = (async () => {
    for (; sent < 64; sent++) await carry.write(piece);
    carry.closeWrite();
  })();
  await settled(() => sent);
  assert(sent >= 2 && sent < 40, `${sent} MiB were sent into the void`);
  assert.equal((await connection.ping()).hello?.version, "1.2.3");
  go.resolve();
  await writing;
  assert.equal(await carry.readChunk(), null);
  assert.equal(received, 64 << 20);
  connection.close();
  await server.drain(1000);
});

Deno.test("closing a stream at either end is noticed at the other", async () => {
  const over = Promise.withResolvers<unknown>();
  const server = await serve(async (request) => {
    const carry = request.accept();
    if (new TextDecoder().decode(request.token) === "server closes") return carry.close();
    try {
      over.resolve(await carry.readChunk());
    } catch (error) {
      over.resolve(error);
    }
  });
  const connection = await reach(server.port);
  const cut = await connection.carry(bytes("server closes"));
  await assert.rejects(cut.readChunk(), { code: "lost" });
  const carry = await connection.carry(bytes("client closes"));
  carry.close();
  await assert.rejects(carry.readChunk(), { code: "closed" });
  await assert.rejects(carry.write(bytes("late")), { code: "closed" });
  // A stream that is cut ends like a TCP connection whose process dies: its records tell.
  const end = await over.promise;
  assert(end === null || end instanceof LinkError);
  connection.close();
  await server.drain(1000);
});

Deno.test("what has come before the end is read, however late", async () => {
  const MIB = 1 << 20;
  const late = () => new Promise((resolve) => setTimeout(resolve, 500));
  const heard = Promise.withResolvers<number>();
  const readAll = async (carry: Carry): Promise<number> => {
    let sum = 0;
    for (let chunk; (chunk = await carry.readChunk()) !== null;) sum += chunk.length;
    return sum;
  };
  const server = await serve(async (request) => {
    const carry = request.accept();
    if (request.token[0] === 1) {
      await late();
      return readAll(carry).then(heard.resolve, heard.reject);
    }
    for (let sent = 0; sent < 6; sent++) await carry.write(new Uint8Array(MIB));
    carry.closeWrite();
  });
  const connection = await reach(server.port);
  const up = await connection.carry(Uint8Array.of(1));
  for (let sent = 0; sent < 6; sent++) await up.write(new Uint8Array(MIB));
  up.closeWrite();
  assert.equal(await heard.promise, 6 * MIB);
  const down = await connection.carry(Uint8Array.of(2));
  await late();
  assert.equal(await readAll(down), 6 * MIB);
  for (const carry of [up, down]) carry.close();
  connection.close();
  await server.drain(1000);
});
