import assert from "node:assert/strict";
import { connect, LinkError } from "../../../core/remote/grpc/mod.ts";
import { startServer } from "../../../core/remote/grpc/server.ts";
import { needing } from "../../support/host.ts";

const OPTIONS = { version: "1.0.0" };

/** Accepts connections on a free port and does with them what is given. */
function accept(handle: (connection: Deno.TcpConn) => unknown): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const connection of listener) handle(connection);
  })();
  return listener;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("a port where nobody listens is refused at once", async () => {
  const port = freePort();
  const start = performance.now();
  await assert.rejects(
    connect("127.0.0.1", port, OPTIONS),
    new LinkError(
      "connection-refused",
      `Cannot reach "127.0.0.1" port ${port}: connection refused.`,
    ),
  );
  assert(performance.now() - start < 9000);
});

Deno.test("a name that no host has is refused at once", async () => {
  const start = performance.now();
  await assert.rejects(
    connect("no-such-host.invalid", 9031, OPTIONS),
    new LinkError("unknown-host", 'Cannot reach "no-such-host.invalid" port 9031: no such host.'),
  );
  assert(performance.now() - start < 9000);
});

Deno.test("a server that never answers is given up in time", async () => {
  const held: Deno.TcpConn[] = [];
  using listener = accept((connection) => held.push(connection));
  const { port } = listener.addr;
  const start = performance.now();
  await assert.rejects(
    connect("127.0.0.1", port, { ...OPTIONS, timeoutMs: 1000 }),
    new LinkError("timeout", `Cannot reach "127.0.0.1" port ${port}: no answer within 1 s.`),
  );
  const took = performance.now() - start;
  assert(took > 900 && took < 60_000, `${took} ms`);
  for (const connection of held) connection.close();
});

Deno.test("a server that speaks something else is told from a daemon", async () => {
  using listener = accept(async (connection) => {
    await connection.write(new TextEncoder().encode("220 mail.example ESMTP\r\n"));
    await connection.read(new Uint8Array(1000));
    connection.close();
  });
  const { port } = listener.addr;
  await assert.rejects(
    connect("127.0.0.1", port, OPTIONS),
    new LinkError("not-blit", `"127.0.0.1" port ${port} answers, but not as blit-daemon does.`),
  );
});

Deno.test("a web server is told from a daemon", async () => {
  await using web = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("Hello"),
  );
  const { port } = web.addr;
  const sentence = `"127.0.0.1" port ${port} answers, but not as blit-daemon does.`;
  await assert.rejects(
    connect("127.0.0.1", port, OPTIONS),
    new LinkError("not-blit", sentence),
  );
});

Deno.test("a server that hangs up at once is told from a daemon", async () => {
  using listener = accept((connection) => connection.close());
  const { port } = listener.addr;
  await assert.rejects(connect("127.0.0.1", port, OPTIONS), { code: "not-blit" });
});

Deno.test("a signal ends connecting with its reason", async () => {
  const held: Deno.TcpConn[] = [];
  using listener = accept((connection) => held.push(connection));
  const controller = new AbortController();
  const connecting = connect("127.0.0.1", listener.addr.port, {
    ...OPTIONS,
    signal: controller.signal,
  });
  const reason = new Error("Interrupted.");
  setTimeout(() => controller.abort(reason), 100);
  await assert.rejects(connecting, reason);
  await assert.rejects(
    connect("127.0.0.1", listener.addr.port, { ...OPTIONS, signal: controller.signal }),
    reason,
  );
  for (const connection of held) connection.close();
});

Deno.test(needing("IPv6 and names that mean this machine are reached", "ipv6"), async () => {
  const server = startServer({
    addresses: ["127.0.0.1", "::1"],
    port: 0,
    version: "1.0.0",
    onSession: () => Promise.resolve(),
    onCarry() {},
    onListModules: () => ({ modules: [], defaultExport: false, defaultReadOnly: false, motd: "" }),
  });
  for (const host of ["127.0.0.1", "::1", "localhost"]) {
    const connection = await connect(host, server.port, OPTIONS);
    assert.equal((await connection.ping()).hello?.version, "1.0.0", host);
    connection.close();
  }
  await server.drain(1000);
});

Deno.test("a port that is in use is said so", () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const start = () =>
    startServer({
      addresses: ["127.0.0.1"],
      port,
      version: "1.0.0",
      onSession: () => Promise.resolve(),
      onCarry() {},
      onListModules: () => ({
        modules: [],
        defaultExport: false,
        defaultReadOnly: false,
        motd: "",
      }),
    });
  assert.throws(
    start,
    new LinkError(
      "cannot-listen",
      `Cannot listen on "127.0.0.1" port ${port}: the port is in use.`,
    ),
  );
});
