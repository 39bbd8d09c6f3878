import assert from "node:assert/strict";
import {
  connect,
  type ControlServer,
  LinkError,
  type ServerHandlers,
  type ServerLimits,
} from "../../../core/remote/grpc/mod.ts";
import { startServer } from "../../../core/remote/grpc/server.ts";
import type { Frame } from "../../../proto/generated/blit.ts";
import { settled } from "./settled.ts";

const HANDLERS: ServerHandlers = {
  onSession: () => Promise.resolve(),
  onCarry: (request) => request.refuse("This server carries nothing."),
  onListModules: () => ({
    modules: [],
    defaultExport: true,
    defaultReadOnly: false,
    motd: "",
  }),
};

function serve(
  handlers: Partial<ServerHandlers>,
  limits: ServerLimits = {},
): ControlServer {
  return startServer({
    addresses: ["127.0.0.1"],
    port: 0,
    version: "1.2.3",
    capabilities: ["one"],
    limits,
    ...HANDLERS,
    ...handlers,
  });
}

const reach = (port: number) => connect("127.0.0.1", port, { version: "3.2.1" });

const phase = (name: string): Frame => ({ body: { $case: "phase", value: { name } } });

function nameOf(frame: Frame | undefined): string | undefined {
  return frame?.body?.$case === "phase" ? frame.body.value.name : undefined;
}

Deno.test("frames go both ways in order, and either end ends properly", async () => {
  const said: (string | undefined)[] = [];
  const server = await serve({
    async onSession(kind, link) {
      said.push(kind, (await link.hello).version);
      for (let frame; (frame = await link.receive()) !== undefined;) {
        said.push(nameOf(frame));
        await link.send(frame);
      }
    },
  });
  const connection = await reach(server.port);
  const link = connection.open("pull");
  await link.send(phase("a"));
  await link.send(phase("b"));
  assert.equal(nameOf(await link.receive()), "a");
  assert.equal((await link.hello).version, "1.2.3");
  assert.deepEqual((await link.hello).capabilities, ["one"]);
  link.end();
  assert.equal(nameOf(await link.receive()), "b");
  assert.equal(await link.receive(), undefined);
  assert.deepEqual(said, ["pull", "3.2.1", "a", "b"]);
  assert.equal(server.sessions, 0);
  connection.close();
  await server.drain(1000);
});

Deno.test("a session beyond the limit is refused with a sentence", async () => {
  const server = await serve({
    onSession: async (_kind, link) => void await link.receive(),
  }, { sessions: 1 });
  const connection = await reach(server.port);
  const first = connection.open("push");
  await first.hello;
  const second = connection.open("push");
  await assert.rejects(second.receive(), (error) => {
    assert(error instanceof LinkError);
    assert.equal(error.code, "refused");
    assert.equal(error.reason, "busy");
    assert.match(error.message, /^The daemon has 1 sessions already, as many as it allows\./);
    return true;
  });
  first.end();
  assert.equal(await first.receive(), undefined);
  const third = connection.open("push");
  await third.hello;
  third.end();
  await third.receive();
  connection.close();
  await server.drain(1000);
});

Deno.test("draining refuses new sessions and lets those that run go on", async () => {
  const server = await serve({
    async onSession(_kind, link) {
      for (let frame; (frame = await link.receive()) !== undefined;) await link.send(frame);
    },
  });
  const connection = await reach(server.port);
  const running = connection.open("push");
  await running.hello;
  const drained = server.drain(5000);
  const refused = connection.open("push");
  await assert.rejects(
    refused.receive(),
    new LinkError("refused", "The daemon is stopping and begins no new session.", "stopping"),
  );
  await running.send(phase("still here"));
  assert.equal(nameOf(await running.receive()), "still here");
  running.end();
  assert.equal(await running.receive(), undefined);
  await drained;
  connection.close();
});

Deno.test("a session that outlasts the deadline is told why it ends", async () => {
  let reason: unknown;
  const server = await serve({
    async onSession(_kind, link) {
      await link.receive().catch((error) => reason = error);
    },
  });
  const connection = await reach(server.port);
  const link = connection.open("pull");
  await link.hello;
  await server.drain(50);
  const message = "The daemon is stopping and has ended the session.";
  assert.deepEqual((await link.receive())?.body, {
    $case: "abort",
    value: { code: "stopping", message, exitCode: 1 },
  });
  assert.deepEqual(reason, new LinkError("closed", message, "stopping"));
  connection.close();
});

Deno.test("an abort carries its sentence to the other end, whichever gives up", async () => {
  const received: (Frame | undefined)[] = [];
  const server = await serve({
    async onSession(kind, link) {
      if (kind === "pull") throw new Error("The disk is full.");
      received.push(await link.receive(), await link.receive());
    },
  });
  const connection = await reach(server.port);
  const aborted = connection.open("push");
  await aborted.hello;
  aborted.abort({ code: "interrupted", message: "Interrupted.", exitCode: 130 });
  await assert.rejects(aborted.receive(), new LinkError("closed", "Interrupted.", "interrupted"));
  await assert.rejects(aborted.send(phase("late")), { code: "closed" });
  const told = connection.open("pull");
  assert.deepEqual((await told.receive())?.body, {
    $case: "abort",
    value: { code: "internal", message: "The disk is full.", exitCode: 1 },
  });
  assert.equal(await told.receive(), undefined);
  await server.drain(1000);
  assert.deepEqual(received, [
    {
      body: {
        $case: "abort",
        value: { code: "interrupted", message: "Interrupted.", exitCode: 130 },
      },
    },
    undefined,
  ]);
  connection.close();
});

Deno.test("a frame that is larger than the limit is not sent", async () => {
  const server = await serve({ onSession: async (_kind, link) => void await link.receive() });
  const connection = await connect("127.0.0.1", server.port, { version: "1", messageBytes: 5000 });
  const link = connection.open("push");
  await assert.rejects(link.send(phase("x".repeat(5000))), RangeError);
  link.end();
  assert.equal(await link.receive(), undefined);
  connection.close();
  await server.drain(1000);
});

Deno.test("a frame that is larger than the receiver allows ends the session, not the server", async () => {
  let reason: unknown;
  const server = await serve({
    onSession: async (_kind, link) => void await link.receive().catch((error) => reason = error),
  }, { messageBytes: 5000 });
  const connection = await reach(server.port);
  const link = connection.open("push");
  await link.hello;
  link.send(phase("x".repeat(6000))).catch(() => {});
  await assert.rejects(link.receive(), { code: "bad-frame" });
  assert.equal((await connection.ping()).hello?.version, "1.2.3");
  connection.close();
  await server.drain(1000);
  assert.equal((reason as LinkError).code, "lost");
});

Deno.test("a sender waits while its peer does not read, and goes on when it does", async () => {
  const go = Promise.withResolvers<void>();
  let received = 0;
  const server = await serve({
    async onSession(_kind, link) {
      await go.promise;
      for (let frame; (frame = await link.receive()) !== undefined;) {
        if (frame.body?.$case === "batches") received += frame.body.value.data.length;
      }
    },
  });
  const connection = await reach(server.port);
  const link = connection.open("push");
  const data = new Uint8Array(256 * 1024);
  let sent = 0;
  const sending = (async () => {
    for (; sent < 256; sent++) {
      await link.send({ body: { $case: "batches", value: { data } } });
    }
    link.end();
  })();
  const waitingAt = await settled(() => sent);
  // The windows of both ends and the socket's buffers hold 20 MiB or so of the 64.
  assert(waitingAt >= 8 && waitingAt < 160, `${waitingAt} frames were sent into the void`);
  go.resolve();
  await sending;
  assert.equal(await link.receive(), undefined);
  assert.equal(received, 256 * data.length);
  connection.close();
  await server.drain(1000);
});

Deno.test("ping and the list of modules are answered", async () => {
  const server = await serve({
    onListModules: () => ({
      modules: [{ name: "photos", comment: "All of them", readOnly: true }],
      defaultExport: false,
      defaultReadOnly: false,
      motd: "Welcome",
    }),
  });
  const connection = await reach(server.port);
  const { hello, sessions } = await connection.ping();
  assert.deepEqual([hello?.major, hello?.version, sessions], [1, "1.2.3", 0]);
  const { modules, motd } = await connection.listModules();
  assert.deepEqual(modules, [{ name: "photos", comment: "All of them", readOnly: true }]);
  assert.equal(motd, "Welcome");
  connection.close();
  await server.drain(1000);
});

Deno.test("closing a connection ends what is open on it, and the server hears of it", async () => {
  const over = Promise.withResolvers<unknown>();
  const server = await serve({
    onSession: async (_kind, link) => void await link.receive().catch(over.resolve),
  });
  const connection = await reach(server.port);
  const link = connection.open("push");
  await link.hello;
  connection.close();
  await assert.rejects(link.receive(), { code: "closed" });
  const reason = await over.promise;
  assert.match(
    (reason as Error).message,
    /^The connection to the client at 127\.0\.0\.1:\d+ was lost\.$/,
  );
  await server.drain(1000);
});
