import assert from "node:assert/strict";
import { constants } from "node:http2";
import {
  type Bytes,
  farewell,
  Flag,
  frame,
  frameHeader,
  FrameType,
  INITIAL_WINDOW_SIZE,
  joined,
  settingsFrame,
  windowUpdate,
} from "./http2_frames.ts";
import { type Answer, request, startPeer, startRawServing, until } from "./http2_ground.ts";

const MIB = 1 << 20;

Deno.test("an answer has fields, content, and fields behind it", async () => {
  await using peer = await startPeer({}, (stream) => {
    stream.respond({ ":status": 200, "content-type": "x" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end("content");
  });
  const { stream, answer } = request(peer.connection);
  stream.end();
  const { fields, content, failure } = await answer;
  assert.equal(new TextDecoder().decode(content), "content");
  assert.equal(fields[0]?.get(":status"), "200");
  assert.equal(fields[0]?.get("content-type"), "x");
  assert.equal(fields[1]?.get("grpc-status"), "0");
  assert.equal(failure, undefined);
});

Deno.test("fields that need several frames arrive whole", async () => {
  const long = "~`|".repeat(7000);
  await using peer = await startPeer({ maxSendHeaderBlockLength: MIB }, (stream) => {
    stream.respond({ ":status": 200, long });
    stream.end();
  });
  const { stream, answer } = request(peer.connection);
  stream.end();
  assert.equal((await answer).fields[0]?.get("long"), long);
});

Deno.test("content goes both ways within small windows, and several streams share them", async () => {
  const settings = { initialWindowSize: 1000, maxFrameSize: 1 << 17 };
  await using peer = await startPeer({ settings }, (stream) => {
    stream.respond({ ":status": 200 });
    stream.pipe(stream);
  });
  await Promise.all([3 * MIB, 1, 0, 100_003].map(async (size) => {
    const sent = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) {
      crypto.getRandomValues(sent.subarray(at, at + 65_536));
    }
    const { stream, answer } = request(peer.connection);
    let written = 0;
    for (let at = 0; at < size; at += 300_000) {
      const piece = sent.subarray(at, at + 300_000);
      stream.write(piece, () => written += piece.length);
    }
    stream.end();
    const { content, failure } = await answer;
    assert.equal(failure, undefined);
    assert.deepEqual(content, sent);
    assert.equal(written, size);
  }));
});

Deno.test("a window that becomes less than nothing is kept to, and costs no byte", async () => {
  using serving = await startRawServing();
  const { connection, peer } = serving;
  assert(await peer.say(settingsFrame([INITIAL_WINDOW_SIZE, 900])));
  await until(() => connection.isKnown);
  const sent = crypto.getRandomValues(new Uint8Array(3000));
  const { stream } = request(connection);
  stream.write(sent.subarray(0, 900));
  peer.hear();
  await until(() => peer.content.length >= 900);
  assert(await peer.say(settingsFrame([INITIAL_WINDOW_SIZE, 10]))); // 890 less than nothing
  await new Promise((resolve) => setTimeout(resolve, 50));
  stream.write(new Uint8Array(0));
  stream.write(sent.subarray(900));
  stream.end();
  assert(await peer.say(windowUpdate(1, 895)));
  await until(() => peer.content.length >= 905);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(peer.content.length, 905);
  assert(await peer.say(windowUpdate(1, 5000)));
  await until(() => peer.content.length >= 3000);
  assert.deepEqual(peer.content, sent);
  connection.close();
  await peer.over;
});

Deno.test("a request on a connection that is over fails", async () => {
  await using peer = await startPeer({}, (stream) => stream.respond({ ":status": 200 }));
  peer.connection.close();
  assert.match((await request(peer.connection).answer).failure ?? "", /has been closed/);
});

Deno.test("a stream that is held takes no more than its window, and keeps no other from its own", async () => {
  let sent = 0;
  await using peer = await startPeer({}, (stream, headers) => {
    stream.respond({ ":status": 200 });
    if (headers["kind"] !== "endless") return void stream.end("short");
    const piece = new Uint8Array(64 << 10);
    const more = (): void => {
      if (stream.destroyed) return;
      sent += piece.length;
      stream.write(piece, () => setTimeout(more, 0));
    };
    more();
  });
  let heard = 0;
  const begun = Promise.withResolvers<void>();
  const endless = request(peer.connection, [["kind", "endless"]], (bytes) => {
    if (heard === 0) endless.stream.hold();
    heard += bytes.length;
    begun.resolve();
  });
  await begun.promise;
  // Until the peer stands still.
  for (let before = -1; before !== heard;) {
    before = heard;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert(heard <= 8 * MIB, `${heard} bytes`);
  const other = request(peer.connection);
  other.stream.end();
  assert.equal(new TextDecoder().decode((await other.answer).content), "short");
  const before = sent;
  endless.stream.release();
  await until(() => sent >= before + 2 * MIB);
  endless.stream.cancel();
});

Deno.test("a peer that keeps no table of fields, and one that takes few streams, are served", async () => {
  const settings = { headerTableSize: 0, maxConcurrentStreams: 2 };
  let release = (): void => {};
  await using peer = await startPeer({ settings }, (stream) => {
    stream.respond({ ":status": 200 });
    const before = release;
    release = () => {
      before();
      stream.end("fine");
    };
  });
  await until(() => peer.connection.isKnown);
  for (let round = 0; round < 2; round++) {
    const both = [request(peer.connection), request(peer.connection)];
    assert.match((await request(peer.connection).answer).failure ?? "", /takes no more/);
    for (const { stream } of both) stream.end();
    const finishing = setInterval(() => release(), 5);
    for (const { answer } of both) {
      assert.equal(new TextDecoder().decode((await answer).content), "fine");
    }
    clearInterval(finishing);
    release = () => {};
  }
});

Deno.test("who writes nothing is told when that is done", async () => {
  await using peer = await startPeer({}, (stream) => stream.respond({ ":status": 200 }));
  const { stream } = request(peer.connection);
  await new Promise<void>((written) => stream.write(new Uint8Array(0), written));
  stream.cancel();
});

Deno.test("pings are answered", async () => {
  await using peer = await startPeer({}, (stream) => {
    stream.respond({ ":status": 200 });
    stream.end();
  });
  const { stream, answer } = request(peer.connection);
  stream.end();
  await answer;
  const session = await peer.session;
  const payload = crypto.getRandomValues(new Uint8Array(8));
  const pong = await new Promise((resolve, reject) =>
    session.ping(payload, (error, _ms, back) => error === null ? resolve(back) : reject(error))
  );
  assert.deepEqual(new Uint8Array(pong as Uint8Array), payload);
});

Deno.test("a stream that the peer resets fails, and others go on", async () => {
  await using peer = await startPeer({}, (stream, headers) => {
    if (headers["kind"] === "reset") return void stream.close(constants.NGHTTP2_REFUSED_STREAM);
    stream.respond({ ":status": 200 });
    stream.end("fine");
  });
  const refused = request(peer.connection, [["kind", "reset"]]);
  assert.match((await refused.answer).failure ?? "", /ended the call \(7\)/);
  const other = request(peer.connection);
  other.stream.end();
  assert.equal(new TextDecoder().decode((await other.answer).content), "fine");
});

Deno.test("closing the connection ends its streams, and says before what was said", async () => {
  const heard = Promise.withResolvers<number>();
  await using peer = await startPeer({}, (stream) => {
    let bytes = 0;
    stream.on("data", (piece) => bytes += piece.length);
    stream.on("close", () => heard.resolve(bytes));
    stream.on("aborted", () => heard.resolve(bytes));
  });
  const { stream, answer } = request(peer.connection);
  stream.write(new Uint8Array(50_000));
  peer.connection.close();
  assert.match((await answer).failure ?? "", /has been closed/);
  assert.equal(await heard.promise, 50_000);
});

/** What a client hears from a peer that sends these bytes, whatever it is asked. */
async function answerTo(...said: readonly Bytes[]): Promise<Answer> {
  using serving = await startRawServing();
  const { connection, peer } = serving;
  const { stream, answer } = request(connection);
  await peer.say(...said);
  peer.hear();
  const heard = await answer;
  stream.cancel();
  connection.close();
  await peer.over;
  return heard;
}

const SETTINGS = settingsFrame();

Deno.test("what is not HTTP/2 ends the connection with what is wrong", async () => {
  const { Data, Headers, Settings, PushPromise, Ping, GoAway, Continuation } = FrameType;
  const { EndHeaders, Padded } = Flag;
  const cut = joined(frame(Headers, 0, 1), frame(Ping, 0, 0, Array(8).fill(0)));
  const cases: readonly (readonly [string, readonly Bytes[], RegExp])[] = [
    ["mail", [new TextEncoder().encode("220 mail.example ESMTP\r\n")], /does not speak/],
    ["no settings first", [frameHeader(8, Ping, 0, 0)], /does not speak/],
    ["settings that break off", [frame(Settings, 0, 0, [1, 2, 3])], /wrong length/],
    ["a long frame", [SETTINGS, frameHeader(65_536, Data, 0, 1)], /too long/],
    ["a push", [SETTINGS, frame(PushPromise, EndHeaders, 1)], /not asked for/],
    ["fields that never began", [SETTINGS, frame(Continuation, EndHeaders, 1)], /never began/],
    ["fields cut by a ping", [SETTINGS, cut], /interrupted/],
    ["a field of a table", [SETTINGS, frame(Headers, EndHeaders, 1, [0xbe])], /field number 62/],
    ["all padding", [SETTINGS, frame(Data, Padded, 1, [9])], /all padding/],
    ["a window too large", [SETTINGS, windowUpdate(0, 0x7fffffff)], /too large/],
    ["a short farewell", [SETTINGS, frame(GoAway, 0, 0, [0])], /wrong length/],
    ["content of no call", [SETTINGS, frame(Data, 0, 3, [1])], /of a stream that never began/],
  ];
  for (const [name, said, expected] of cases) {
    assert.match((await answerTo(...said)).failure ?? "", expected, name);
  }
});

/** The fields of the answer 200. */
const OK = 0x88;
/** Such an answer with content of two bytes. */
const SHORT_ANSWER = joined(
  frame(FrameType.Headers, Flag.EndHeaders, 1, [OK]),
  frame(FrameType.Data, Flag.EndStream, 1, [7, 8]),
);

Deno.test("padding and priorities are taken off", async () => {
  const flags = Flag.EndHeaders | Flag.Padded | Flag.Priority;
  const fields = frame(FrameType.Headers, flags, 1, [3, 0, 0, 0, 0, 9, OK, 0, 0, 0]);
  const content = frame(FrameType.Data, Flag.EndStream | Flag.Padded, 1, [2, 7, 8, 0, 0]);
  const answer = await answerTo(SETTINGS, fields, content);
  assert.deepEqual(answer, {
    fields: [new Map([[":status", "200"]])],
    content: Uint8Array.of(7, 8),
    failure: undefined,
  });
});

Deno.test("a peer that says farewell ends what it has begun, and nothing else", async () => {
  const last = await answerTo(SETTINGS, farewell(1), SHORT_ANSWER);
  assert.deepEqual(last.content, Uint8Array.of(7, 8));
  const none = await answerTo(SETTINGS, farewell(0), SHORT_ANSWER);
  assert.match(none.failure ?? "", /takes no more calls/);
});

Deno.test("after a peer's farewell and its last answer the connection is closed from here", async () => {
  using serving = await startRawServing();
  const { connection, peer } = serving;
  const { stream, answer } = request(connection);
  stream.end();
  assert(await peer.say(SETTINGS, farewell(1), SHORT_ANSWER));
  assert.deepEqual((await answer).content, Uint8Array.of(7, 8));
  await peer.over;
});

Deno.test("a peer that asks for answers without end is left", async () => {
  using serving = await startRawServing();
  const { connection, peer } = serving;
  const { answer } = request(connection);
  assert(await peer.say(SETTINGS));
  const ping = frame(FrameType.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]);
  const flood = joined(...Array(5000).fill(ping));
  // Nothing is read: the answers pile up.
  (async () => {
    while (await peer.say(flood));
  })();
  assert.match((await answer).failure ?? "", /asks too much/);
});
