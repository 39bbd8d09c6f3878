/** The server against a second implementation of gRPC: a client of grpc-js. */
import assert from "node:assert/strict";
import http2 from "node:http2";
import { startServer } from "../../../core/remote/grpc/server.ts";
import { encodeToken } from "../../../core/remote/grpc/messages.ts";
import type { ListModulesReply, PingReply } from "../../../proto/generated/blit.ts";
import {
  type ClientDuplexStream,
  credentials,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from "../../support/grpc_js/library.ts";
import { SERVICE } from "../../support/grpc_js/service.ts";

type Answered<Reply> = (error: ServiceError | null, reply: Reply) => void;

interface Client {
  ping(request: unknown, answered: Answered<PingReply>): void;
  listModules(request: unknown, answered: Answered<ListModulesReply>): void;
  silent(): ClientDuplexStream<Uint8Array, Uint8Array>;
  missing(request: unknown, answered: Answered<unknown>): void;
  carry(): ClientDuplexStream<Uint8Array, Uint8Array>;
  close(): void;
}

const GrpcClient = makeGenericClientConstructor(
  {
    ...SERVICE,
    silent: { ...SERVICE.carry, path: SERVICE.ping.path },
    missing: { ...SERVICE.ping, path: "/blit.v2.Blit/Missing" },
  },
  "Blit",
);

const SENTENCE = "Überfüllt: 100 % — “später” \u{1f600}\ud800.";
/** Percent-encoded it has 18,000 bytes: more than one frame. */
const LONG = "溢".repeat(2000);
const HELLO = { major: 1, minor: 0, version: "1.0.0", capabilities: [] };

async function onServer(fn: (client: Client, port: number) => Promise<void>): Promise<void> {
  const server = startServer({
    addresses: ["127.0.0.1"],
    port: 0,
    version: "1.0.0",
    limits: { messageBytes: 1000 },
    onSession: () => Promise.resolve(),
    async onCarry(request) {
      if (request.token[0] === 1) return request.refuse(SENTENCE);
      if (request.token[0] === 3) return request.refuse(LONG);
      const carry = request.accept();
      for (let chunk; (chunk = await carry.readChunk()) !== null;) await carry.write(chunk);
      carry.closeWrite();
    },
    onListModules: () => ({
      modules: [{ name: "photos", comment: "All", readOnly: true }],
      defaultExport: false,
      defaultReadOnly: false,
      motd: "Welcome",
    }),
  });
  const address = `127.0.0.1:${server.port}`;
  const options = { "grpc.use_local_subchannel_pool": 1 };
  // makeGenericClientConstructor adds the methods that Client names.
  const client = new GrpcClient(
    address,
    credentials.createInsecure(),
    options,
  ) as unknown as Client;
  try {
    await fn(client, server.port);
  } finally {
    client.close();
    await server.drain(1000);
  }
}

/** What one short question is answered with. */
function ask<Reply>(question: (answered: Answered<Reply>) => void): Promise<Reply> {
  return new Promise((resolve, reject) =>
    question((error, reply) => error === null ? resolve(reply) : reject(error))
  );
}

/** How a call ends, and what came before. */
function outcome(
  call: ClientDuplexStream<Uint8Array, Uint8Array>,
): Promise<{ code: number; details: string; bytes: number }> {
  let bytes = 0;
  call.on("data", (message: Uint8Array) => bytes += message.length);
  call.on("error", () => {});
  return new Promise((resolve) =>
    call.on("status", ({ code, details }: ServiceError) => resolve({ code, details, bytes }))
  );
}

Deno.test("short questions of another implementation are answered", () =>
  onServer(async (client) => {
    const { hello } = await ask<PingReply>((answered) => client.ping({ hello: HELLO }, answered));
    assert.equal(hello?.version, "1.0.0");
    const reply = await ask<ListModulesReply>((answered) =>
      client.listModules({ hello: HELLO }, answered)
    );
    assert.deepEqual([reply.modules[0]?.name, reply.motd], ["photos", "Welcome"]);
  }));

Deno.test("a method that there is not is said so", () =>
  onServer(async (client) => {
    const asked = ask((answered) => client.missing({ hello: HELLO }, answered));
    await assert.rejects(asked, {
      code: status.UNIMPLEMENTED,
      details: "There is no such method.",
    });
  }));

Deno.test("a refusal arrives as it was said, whatever its letters", () =>
  onServer(async (client) => {
    const call = client.carry();
    const ended = outcome(call);
    call.write(encodeToken(Uint8Array.of(1)));
    const { code, details } = await ended;
    assert.deepEqual([code, details], [status.PERMISSION_DENIED, SENTENCE.toWellFormed()]);
  }));

Deno.test("a refusal that is too long is cut", () =>
  onServer(async (client) => {
    const call = client.carry();
    const ended = outcome(call);
    call.write(encodeToken(Uint8Array.of(3)));
    const { code, details } = await ended;
    assert.equal(code, status.PERMISSION_DENIED);
    assert.match(details, /^溢{800,1999}$/);
  }));

Deno.test("who asks nothing is told so, and not that all is well", () =>
  onServer(async (client) => {
    const call = client.silent();
    const ended = outcome(call);
    call.end();
    assert.deepEqual(await ended, {
      code: status.INTERNAL,
      details: "Nothing was asked.",
      bytes: 0,
    });
  }));

Deno.test("messages go both ways, and the end too", () =>
  onServer(async (client) => {
    const call = client.carry();
    const ended = outcome(call);
    call.write(encodeToken(Uint8Array.of(2)));
    for (let round = 0; round < 50; round++) call.write(Uint8Array.of(0x12, 3, 7, 8, 9));
    call.end();
    const { code, bytes } = await ended;
    // The welcome has no bytes.
    assert.deepEqual([code, bytes], [status.OK, 250]);
  }));

Deno.test("a message that is too long ends its call alone", () =>
  onServer(async (client) => {
    const call = client.carry();
    const ended = outcome(call);
    call.write(new Uint8Array(1001));
    assert.equal((await ended).code, status.RESOURCE_EXHAUSTED);
    await ask<PingReply>((answered) => client.ping({ hello: HELLO }, answered));
  }));

Deno.test("who does not ask in gRPC is told so in HTTP", () =>
  onServer(async (_client, port) => {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    const stream = session.request({ ":path": "/blit.v2.Blit/Ping" });
    const headers = await new Promise<http2.IncomingHttpHeaders>((resolve) =>
      stream.on("response", resolve)
    );
    assert.equal(headers[":status"], 415);
    await new Promise<void>((closed) => session.close(closed));
  }));
