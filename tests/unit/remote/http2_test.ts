import assert from "node:assert/strict";
import { constants } from "node:http2";
import { type Answer, rawPeer, request, startPeer, until } from "./http2_ground.ts";

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
  using peer = await rawPeer();
  const { connection, conn } = peer;
  const say = (type: number, stream: number, ...payload: number[]) =>
    conn.write(Uint8Array.of(0, 0, payload.length, type, 0, 0, 0, 0, stream, ...payload));
  const window = (bytes: number) => [0, 0, bytes >> 8, bytes & 255];
  await say(4, 0, 0, 4, ...window(900));
  await until(() => connection.isKnown);
  const sent = crypto.getRandomValues(new Uint8Array(3000));
  const { stream } = request(connection);
  stream.write(sent.subarray(0, 900));
  const heard: number[] = [];
  const hear = readContent(conn, (piece) => heard.push(...piece));
  await until(() => heard.length >= 900);
  await say(4, 0, 0, 4, ...window(10)); // 890 less than nothing
  await new Promise((resolve) => setTimeout(resolve, 50));
  stream.write(new Uint8Array(0));
  stream.write(sent.subarray(900));
  stream.end();
  await say(8, 1, ...window(895));
  await until(() => heard.length >= 905);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(heard.length, 905);
  await say(8, 1, ...window(5000));
  await until(() => heard.length >= 3000);
  assert.deepEqual(Uint8Array.from(heard), sent);
  connection.close();
  await hear;
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

/** Reads what a client says, and gives the content of its frames, until it closes. */
async function readContent(conn: Deno.Conn, take: (bytes: Uint8Array) => void): Promise<void> {
  let bytes = new Uint8Array(0);
  const buffer = new Uint8Array(65_536);
  let skip = 24; // "PRI * HTTP/2.0..."
  for (let got; (got = await conn.read(buffer).catch(() => null)) !== null;) {
    bytes = Uint8Array.of(...bytes, ...buffer.subarray(0, got));
    if (skip > 0 && bytes.length < skip) continue;
    bytes = bytes.slice(skip);
    skip = 0;
    while (bytes.length >= 9) {
      const length = bytes[0]! << 16 | bytes[1]! << 8 | bytes[2]!; // there are nine
      if (bytes.length < 9 + length) break;
      if (bytes[3] === 0) take(bytes.subarray(9, 9 + length));
      bytes = bytes.slice(9 + length);
    }
  }
}

/** What a client hears from a peer that sends these bytes, whatever it is asked. */
async function answerTo(bytes: Uint8Array): Promise<Answer> {
  using peer = await rawPeer();
  const { connection, conn } = peer;
  const { stream, answer } = request(connection);
  await conn.write(bytes).catch(() => {});
  const reading = (async () => {
    const rest = new Uint8Array(65_536);
    while (await conn.read(rest).catch(() => null) !== null);
  })();
  const heard = await answer;
  stream.cancel();
  connection.close();
  await reading;
  return heard;
}

const SETTINGS = [0, 0, 0, 4, 0, 0, 0, 0, 0];

Deno.test("what is not HTTP/2 ends the connection with what is wrong", async () => {
  const cases: readonly (readonly [string, readonly number[], RegExp])[] = [
    ["mail", [...new TextEncoder().encode("220 mail.example ESMTP\r\n")], /does not speak/],
    ["no settings first", [0, 0, 8, 6, 0, 0, 0, 0, 0], /does not speak/],
    ["settings that break off", [0, 0, 3, 4, 0, 0, 0, 0, 0, 1, 2, 3], /break off/],
    ["a long frame", [...SETTINGS, 1, 0, 0, 0, 0, 0, 0, 0, 1], /too long/],
    ["a push", [...SETTINGS, 0, 0, 0, 5, 4, 0, 0, 0, 1], /not asked for/],
    ["fields that never began", [...SETTINGS, 0, 0, 0, 9, 4, 0, 0, 0, 1], /never began/],
    [
      "fields cut by a ping",
      [...SETTINGS, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 8, 6, 0, 0, 0, 0, 0]
        .concat(Array(8).fill(0)),
      /interrupted/,
    ],
    ["a field of a table", [...SETTINGS, 0, 0, 1, 1, 4, 0, 0, 0, 1, 0xbe], /field number 62/],
    ["all padding", [...SETTINGS, 0, 0, 1, 0, 8, 0, 0, 0, 1, 9], /all padding/],
    [
      "a window too large",
      [...SETTINGS, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7f, 255, 255, 255],
      /too large/,
    ],
    ["a short farewell", [...SETTINGS, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0], /breaks off/],
  ];
  for (const [name, bytes, expected] of cases) {
    assert.match((await answerTo(Uint8Array.from(bytes))).failure ?? "", expected, name);
  }
});

/** The answer 200 with content of two bytes. */
const SHORT_ANSWER = [0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88, 0, 0, 2, 0, 1, 0, 0, 0, 1, 7, 8];

Deno.test("padding and priorities are taken off", async () => {
  const fields = [0, 0, 10, 1, 0x2c, 0, 0, 0, 1, 3, 0, 0, 0, 0, 9, 0x88, 0, 0, 0];
  const content = [0, 0, 5, 0, 9, 0, 0, 0, 1, 2, 7, 8, 0, 0];
  const answer = await answerTo(Uint8Array.from([...SETTINGS, ...fields, ...content]));
  assert.deepEqual(answer, {
    fields: [new Map([[":status", "200"]])],
    content: Uint8Array.of(7, 8),
    failure: undefined,
  });
});

Deno.test("a peer that says farewell ends what it has begun, and nothing else", async () => {
  const farewell = (last: number) => [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, last, 0, 0, 0, 0];
  const last = await answerTo(Uint8Array.from([...SETTINGS, ...farewell(1), ...SHORT_ANSWER]));
  assert.deepEqual(last.content, Uint8Array.of(7, 8));
  const none = await answerTo(Uint8Array.from([...SETTINGS, ...farewell(0), ...SHORT_ANSWER]));
  assert.match(none.failure ?? "", /takes no more calls/);
});

Deno.test("after a peer's farewell and its last answer the connection is closed from here", async () => {
  using peer = await rawPeer();
  const { connection, conn } = peer;
  const { stream, answer } = request(connection);
  stream.end();
  const farewell = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
  await conn.write(Uint8Array.from([...SETTINGS, ...farewell, ...SHORT_ANSWER]));
  assert.deepEqual((await answer).content, Uint8Array.of(7, 8));
  await readContent(conn, () => {});
});

Deno.test("a peer that asks for answers without end is left", async () => {
  const ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
  using peer = await rawPeer();
  const { connection, conn } = peer;
  const { answer } = request(connection);
  await conn.write(Uint8Array.from(SETTINGS));
  const flood = Uint8Array.from(Array(5000).fill(ping).flat());
  // Nothing is read: the answers pile up.
  (async () => {
    while (await conn.write(flood).catch(() => 0) > 0);
  })();
  assert.match((await answer).failure ?? "", /asks too much/);
});
