/** How a server of HTTP/2 begins, bounds and ends its connections. */
import assert from "node:assert/strict";
import { encodeFields } from "../../../core/remote/http2/hpack.ts";
import { ListenError } from "../../../core/remote/acceptor.ts";
import { Http2Server } from "../../../core/remote/http2/server.ts";
import {
  Flag,
  frame,
  FrameType,
  GREETING,
  INITIAL_WINDOW_SIZE,
  joined,
  MAGIC,
  openRequest,
  settingsFrame,
  wholeRequest,
  windowUpdate,
} from "./http2_frames.ts";
import { rawClient, RawPeer, startServing, until } from "./http2_ground.ts";
import { ask, nodeClient } from "./http2_node_client.ts";

const MIB = 1 << 20;

Deno.test("a server that leaves says so, ends what runs, and takes nothing more", async () => {
  let finish = (): void => {};
  using serving = startServing({
    begun: ({ stream }) => {
      stream.respond(new Map([[":status", "200"]]));
      finish = () => stream.end(new Map([["x-last", "1"]]));
    },
  });
  const session = await nodeClient(serving);
  const left = Promise.withResolvers<void>();
  session.on("goaway", () => left.resolve());
  const answer = ask(session);
  await until(() => serving.served.length === 1);
  const over = serving.server.leave();
  await left.promise;
  await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port: serving.server.port }));
  finish();
  assert.equal((await answer).trailers?.["x-last"], "1");
  await over;
  await until(() => session.destroyed);
});

Deno.test("a connection that nobody uses is closed, and one with a call is not", async () => {
  using serving = startServing({
    begun: ({ stream }) => stream.respond(new Map([[":status", "200"]])),
  }, { idleMs: 1 });
  using silent = rawClient(serving, []);
  using idle = rawClient(serving);
  using busy = rawClient(serving);
  await busy.say(openRequest(1, encodeFields(new Map([[":method", "POST"]]))));
  await Promise.all([silent.over, idle.over]);
  assert.equal(serving.served[0]?.ends.length, 0);
  serving.served[0]?.stream.end();
  await busy.over;
});

Deno.test("an address that is in use is said so, and none is kept", () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const options = { port: listener.addr.port, accept: () => {} };
  const start = (...addresses: string[]) => new Http2Server({ ...options, addresses });
  assert.throws(() => start("127.0.0.1"), ListenError);
  assert.throws(() => start("127.0.0.2", "127.0.0.1"), ListenError);
  Deno.listen({ hostname: "127.0.0.2", port: listener.addr.port }).close();
});

Deno.test("calls that come now and then keep a connection, and so does an answer that is taken slowly", async () => {
  const content = crypto.getRandomValues(new Uint8Array(20_000));
  using serving = startServing({
    begun: ({ stream, fields }) => {
      stream.respond(new Map([[":status", "200"]]));
      if (fields.get("x-kind") === "slow") stream.write(content);
      stream.end(new Map([["x-last", "1"]]));
    },
  }, { idleMs: 3000 });
  using often = rawClient(serving);
  using slow = rawClient(serving, joined(MAGIC, settingsFrame([INITIAL_WINDOW_SIZE, 0])));
  const fields = new Map([[":method", "POST"], ["x-kind", "slow"]]);
  await slow.say(wholeRequest(1, encodeFields(fields)));
  for (let round = 0; round < 25; round++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    await often.say(wholeRequest(2 * round + 1));
    await slow.say(windowUpdate(1, 1000));
  }
  await until(() => slow.isAnswered);
  assert.deepEqual(slow.content, content);
  await until(() => often.framesOf(FrameType.Headers, Flag.EndStream).length === 25);
  for (const client of [often, slow]) assert.deepEqual(client.framesOf(FrameType.GoAway), []);
});

Deno.test("of more connections than there may be the idle go, and where none is, the new one", async () => {
  using serving = startServing({}, { connectionsMax: 3 });
  using idle = rawClient(serving);
  await until(() => idle.heard.length > 0);
  using first = rawClient(serving);
  using second = rawClient(serving);
  for (const client of [first, second]) {
    await client.say(openRequest(1));
    await until(() => client.heard.length > 0);
  }
  await until(() => serving.served.length === 2);
  using third = rawClient(serving);
  await third.say(openRequest(1));
  await idle.over;
  await until(() => serving.served.length === 3);
  using fourth = rawClient(serving);
  await fourth.over;
  assert(serving.served.every(({ ends }) => ends.length === 0));
});

Deno.test("connections that come while the server closes are closed too", async () => {
  for (let round = 0; round < 20; round++) {
    using serving = startServing({});
    const clients = [1, 2, 3].map(() => rawClient(serving));
    if (round % 2 === 1) await new Promise((resolve) => setTimeout(resolve, 0));
    serving.server.close();
    await Promise.all(clients.map(({ over }) => over.catch(() => {}))); // refused, or closed
    for (const client of clients) client[Symbol.dispose]();
  }
});

Deno.test("the last words of a server that leaves arrive, whatever a client still says", async () => {
  using serving = startServing({
    begun: ({ stream }) => {
      stream.respond(new Map([[":status", "200"]]));
      stream.write(new Uint8Array(1_000_000));
      stream.end(new Map([["x-last", "1"]]));
    },
  });
  const { port } = serving.server;
  const client = new RawPeer(Deno.connect({ hostname: "127.0.0.1", port }));
  const windows = [0, 1].map((id) => windowUpdate(id, 2 * MIB));
  assert(await client.say(GREETING, wholeRequest(1), ...windows));
  await until(() => serving.served.length === 1);
  const leaving = serving.server.leave();
  const ack = frame(FrameType.Ping, Flag.Ack, 0, Array(8).fill(0));
  for (let round = 0; round < 10; round++) {
    await client.say(...Array(100).fill(ack));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert(await client.over, "a reset");
  client[Symbol.dispose]();
  await leaving;
  assert.equal(client.content.length, 1_000_000);
  assert(client.isAnswered);
});
