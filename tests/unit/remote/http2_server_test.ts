/** What a server of HTTP/2 makes of calls, against Node's client and a raw one. */
import assert from "node:assert/strict";
import { frame, FrameType, openRequest, resetFrame, wholeRequest } from "./http2_frames.ts";
import { echoing, rawClient, startServing, until } from "./http2_ground.ts";
import { ask, nodeClient } from "./http2_node_client.ts";

const MIB = 1 << 20;

Deno.test("a request is answered with fields, content, and fields behind it", async () => {
  using serving = startServing(echoing(new Map([["x-last", "~"]])));
  await using session = await nodeClient(serving);
  const heard = await ask(session, new TextEncoder().encode("content"), { "x-first": "%" });
  assert.equal(new TextDecoder().decode(heard.content), "content");
  assert.equal(heard.headers?.[":status"], 200);
  assert.equal(heard.trailers?.["x-last"], "~");
  assert.equal(serving.served[0]?.fields.get("x-first"), "%");
  assert.equal(serving.served[0]?.fields.get(":path"), "/");
});

Deno.test("an answer may have nothing but fields, before and behind", async () => {
  using serving = startServing({
    begun: ({ stream }) => {
      stream.respond(new Map([[":status", "404"]]));
      stream.end();
    },
  });
  await using session = await nodeClient(serving);
  const heard = await ask(session);
  assert.deepEqual([heard.headers?.[":status"], heard.content.length], [404, 0]);
});

Deno.test("content goes both ways within small windows, and several calls share them", async () => {
  using serving = startServing(echoing());
  await using session = await nodeClient(serving, { initialWindowSize: 1000 });
  await Promise.all([3 * MIB, 1, 0, 100_003].map(async (size) => {
    const sent = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) {
      crypto.getRandomValues(sent.subarray(at, at + 65_536));
    }
    const { content, trailers } = await ask(session, sent);
    assert.deepEqual(content, sent);
    assert.equal(trailers?.["x-last"], "1");
  }));
});

Deno.test("fields that a client refers to again are known", async () => {
  using serving = startServing(echoing());
  await using session = await nodeClient(serving);
  const headers = { "x-a": "same", "x-b": "also the same" };
  for (let round = 0; round < 5; round++) {
    await ask(session, undefined, { ...headers, "x-round": String(round) });
  }
  const heard = serving.served.map(({ fields }) =>
    ["x-a", "x-b", "x-round"].map((name) => fields.get(name))
  );
  assert.deepEqual(heard, [0, 1, 2, 3, 4].map((round) => ["same", "also the same", String(round)]));
});

Deno.test("a client that stops a call is heard of, before its request is whole and after", async () => {
  using serving = startServing({});
  using client = rawClient(serving);
  await client.say(openRequest(1), resetFrame(1, 8));
  await client.say(wholeRequest(3), resetFrame(3, 8));
  await until(() => serving.served[1]?.ends.length === 2);
  const gone = "The peer ended the call (8).";
  assert.deepEqual(serving.served.map(({ ends }) => ends), [[gone], ["end", gone]]);
});

Deno.test("of nine calls at once one is refused, and there is room again behind them", async () => {
  using serving = startServing({
    begun: ({ stream }) => stream.respond(new Map([[":status", "200"]])),
  });
  using client = rawClient(serving);
  const ids = Array.from({ length: 9 }, (_, index) => 2 * index + 1);
  await client.say(...ids.map((id) => wholeRequest(id)));
  await until(() => client.framesOf(FrameType.Reset).length > 0);
  const refused = client.framesOf(FrameType.Reset);
  assert.deepEqual(refused.map(({ id, payload }) => [id, payload[3]]), [[17, 7]]);
  for (const { stream } of serving.served) stream.end();
  await client.say(wholeRequest(19));
  await until(() => serving.served.length === 9);
});

Deno.test("clients that give up calls after their answers stay", async () => {
  using serving = startServing(echoing());
  await using session = await nodeClient(serving);
  for (let round = 0; round < 300; round++) {
    assert.equal((await ask(session, new Uint8Array(3))).content.length, 3);
  }
});

Deno.test("what a stream begins with comes first, however much else is to be said", async () => {
  using serving = startServing({
    begun: ({ stream }) => {
      stream.respond(new Map([[":status", "200"]]));
      stream.write(new Uint8Array(100));
      stream.end();
    },
  });
  const ping = frame(FrameType.Ping, 0, 0, Array(8).fill(1));
  for (let count = 1918; count < 1930; count++) {
    using client = rawClient(serving);
    await until(() => client.heard.length > 0);
    // Read at once where there is room for it.
    await client.say(...Array(4000).fill(frame(FrameType.Unknown, 0, 0)));
    await client.say(...Array(count).fill(ping), wholeRequest(1));
    await until(() => client.heard.some(({ id, flags }) => id === 1 && (flags & 1) !== 0));
    const types = client.heard.filter(({ id }) => id === 1).map(({ type }) => type);
    assert.equal(types[0], FrameType.Headers, `${count} pings`);
  }
});
