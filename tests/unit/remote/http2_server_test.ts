/** A server of HTTP/2, against Node's client of it, and against bytes of any kind. */
import assert from "node:assert/strict";
import http2 from "node:http2";
import { encodeFields } from "../../../core/remote/http2/hpack.ts";
import { ListenError } from "../../../core/remote/acceptor.ts";
import { Http2Server } from "../../../core/remote/http2/server.ts";
import "../../support/grpc_js/http2_guard.ts";
import { echoing, type Program, type Serving, startServing, until } from "./http2_ground.ts";

const MIB = 1 << 20;

/** A client of Node's; it ends when disposed of. */
async function nodeClient(
  { server }: Serving,
  settings: http2.Settings = {},
): Promise<http2.ClientHttp2Session & AsyncDisposable> {
  const session = http2.connect(`http://127.0.0.1:${server.port}`, { settings });
  session.on("error", () => {});
  await new Promise<void>((connected) => session.once("remoteSettings", () => connected()));
  const dispose = async (): Promise<void> => {
    if (session.closed) return;
    await new Promise<void>((closed) => session.close(closed));
  };
  return Object.assign(session, { [Symbol.asyncDispose]: dispose });
}

interface Heard {
  readonly content: Uint8Array;
  readonly headers: http2.IncomingHttpHeaders | undefined;
  readonly trailers: http2.IncomingHttpHeaders | undefined;
  /** The code of a stream that was reset, or 0. */
  readonly code: number;
}

/** Makes a request and gathers what comes. */
function ask(
  session: http2.ClientHttp2Session,
  content: Uint8Array = new Uint8Array(0),
  headers: http2.OutgoingHttpHeaders = {},
): Promise<Heard> {
  const stream = session.request({ ":method": "POST", ":path": "/", ...headers });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let answer: Partial<Heard> = {};
  stream.on("error", () => {});
  stream.on("response", (given) => answer = { ...answer, headers: given });
  stream.on("trailers", (given) => answer = { ...answer, trailers: given });
  stream.on("data", (piece: Uint8Array) => pieces.push(new Uint8Array(piece)));
  stream.end(content);
  return new Promise((resolve) =>
    stream.on("close", async () => {
      const bytes = await new Blob(pieces).bytes();
      resolve({
        headers: undefined,
        trailers: undefined,
        ...answer,
        content: bytes,
        code: stream.rstCode ?? 0,
      });
    })
  );
}

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
  await client.say([...frame(1, 4, 1, REQUEST), ...frame(3, 0, 1, [0, 0, 0, 8])]);
  await client.say([...frame(1, 5, 3, REQUEST), ...frame(3, 0, 3, [0, 0, 0, 8])]);
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
  await client.say(ids.flatMap((id) => [...frame(1, 5, id, REQUEST)]));
  await until(() => client.heard.some(({ type }) => type === 3));
  const refused = client.heard.filter(({ type }) => type === 3);
  assert.deepEqual(refused.map(({ id, payload }) => [id, payload[3]]), [[17, 7]]);
  for (const { stream } of serving.served) stream.end();
  await client.say(frame(1, 5, 19, REQUEST));
  await until(() => serving.served.length === 9);
});

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
  await busy.say(frame(1, 4, 1, encodeFields(new Map([[":method", "POST"]]))));
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

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

/** A client that says bytes, and what it hears. */
interface RawClient extends Disposable {
  say(bytes: ArrayLike<number>): Promise<void>;
  readonly heard: readonly Frame[];
  /** The server has closed the connection. */
  readonly over: Promise<void>;
}

function frame(type: number, flags: number, id: number, payload: ArrayLike<number>): Uint8Array {
  const { length } = payload;
  const numbers = [
    length >> 16,
    length >> 8,
    length,
    type,
    flags,
    id >>> 24,
    id >> 16,
    id >> 8,
    id,
  ];
  return Uint8Array.from([...numbers.map((number) => number & 255), ...Array.from(payload)]);
}

const MAGIC = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const GREETING = [...MAGIC, ...frame(4, 0, 0, [])];

function rawClient({ server }: Serving, first: readonly number[] = GREETING): RawClient {
  const heard: Frame[] = [];
  const connecting = Deno.connect({ hostname: "127.0.0.1", port: server.port });
  let bytes = new Uint8Array(0);
  const over = connecting.then(async (conn) => {
    await conn.write(Uint8Array.from(first)).catch(() => {});
    const buffer = new Uint8Array(65_536);
    for (let got; (got = await conn.read(buffer).catch(() => null)) !== null;) {
      bytes = Uint8Array.of(...bytes, ...buffer.subarray(0, got));
      while (bytes.length >= 9) {
        const length = bytes[0]! << 16 | bytes[1]! << 8 | bytes[2]!; // there are nine
        if (bytes.length < 9 + length) break;
        const id = new DataView(bytes.buffer).getUint32(5);
        heard.push({ type: bytes[3]!, flags: bytes[4]!, id, payload: bytes.slice(9, 9 + length) });
        bytes = bytes.slice(9 + length);
      }
    }
  });
  return {
    heard,
    over,
    say: async (said) => {
      const conn = await connecting;
      const all = Uint8Array.from(said);
      for (let at = 0; at < all.length;) at += await conn.write(all.subarray(at)).catch(() => MIB);
    },
    [Symbol.dispose]: () => void connecting.then((conn) => conn.close(), () => {}),
  };
}

const REQUEST = encodeFields(new Map([[":method", "POST"], [":path", "/"]]));
const begun = (...more: Uint8Array[]): number[] =>
  [frame(1, 4, 1, REQUEST), ...more].flatMap((bytes) => [...bytes]);

/** What ends a connection at once. */
const BAD: Readonly<Record<string, readonly number[]>> = {
  "a request of HTTP/1.1": [...new TextEncoder().encode("GET / HTTP/1.1\r\nhost: x\r\n\r\n")],
  "no settings first": [...MAGIC, ...frame(6, 0, 0, Array(8).fill(0))],
  "a frame that is too long": [...GREETING, 1, 0, 0, 0, 0, 0, 0, 0, 1],
  "a request with a server's number": [...GREETING, ...frame(1, 5, 2, REQUEST)],
  "a request with no number": [...GREETING, ...frame(1, 5, 0, REQUEST)],
  "content of no call": [...GREETING, ...frame(0, 0, 0, [1])],
  "a push": [...GREETING, ...frame(5, 4, 1, [0, 0, 0, 2])],
  "fields that never began": [...GREETING, ...frame(9, 4, 1, [])],
  "fields for another call": [...GREETING, ...frame(1, 0, 1, []), ...frame(9, 4, 3, [])],
  "fields without an end": [
    ...GREETING,
    ...frame(1, 0, 1, REQUEST),
    ...Array(20).fill([...frame(9, 0, 1, [])]).flat(),
  ],
  "fields that are none": [...GREETING, ...frame(1, 5, 1, [0x80])],
  // One of 4,000 bytes is kept, and then meant 100 times.
  "fields of many bytes": [
    ...GREETING,
    ...frame(1, 5, 1, [
      0x40,
      1,
      120,
      0x7f,
      0xa1,
      0x1e,
      ...Array(4000).fill(120),
      ...Array(100).fill(0xbe),
    ]),
  ],
  "a table that is too large": [...GREETING, ...frame(1, 5, 1, [0x3f, 0xe1, 0x7f])],
  "a short ping": [...GREETING, ...frame(6, 0, 0, [1])],
  "a short reset": [...GREETING, ...begun(frame(3, 0, 1, [1]))],
  "a window that is too large": [...GREETING, ...frame(8, 0, 0, [0x7f, 255, 255, 255])],
  "more than was allowed": [
    ...GREETING,
    ...begun(...Array(513).fill(frame(0, 0, 1, new Uint8Array(16_384)))),
  ],
};

for (const [what, bytes] of Object.entries(BAD)) {
  Deno.test(`${what} ends the connection, and no other`, async () => {
    const program: Program = {
      ...echoing(),
      // Who holds gives no credit: more than a window is too much.
      begun: ({ stream }) => {
        stream.respond(new Map([[":status", "200"]]));
        if (what.startsWith("more")) stream.hold();
      },
      content: what.startsWith("more") ? () => {} : echoing().content!,
    };
    using serving = startServing(program);
    using other = rawClient(serving);
    using bad = rawClient(serving, []);
    await bad.say(bytes);
    await bad.over;
    // Who speaks HTTP/2 is told in it.
    const farewells = bad.heard.filter(({ type }) => type === 7).map(({ payload }) => payload[7]);
    assert.deepEqual(farewells, bytes[0] === MAGIC[0] && bytes[27] === 4 ? [1] : []);
    assert(serving.served.every(({ ends }) => ends.length > 0));
    await other.say(frame(1, 5, 1, REQUEST));
    await until(() => other.heard.some(({ type, flags }) => type === 1 && (flags & 1) !== 0));
  });
}

Deno.test("a client that begins calls and gives them up is sent away", async () => {
  using serving = startServing({});
  using client = rawClient(serving);
  for (let id = 1; id < 1000; id += 2) {
    await client.say([...frame(1, 4, id, REQUEST), ...frame(3, 0, id, [0, 0, 0, 8])]);
  }
  await client.over;
  assert(serving.served.length < 120, `${serving.served.length} calls were begun`);
});

Deno.test("clients that give up calls after their answers stay", async () => {
  using serving = startServing(echoing());
  await using session = await nodeClient(serving);
  for (let round = 0; round < 300; round++) {
    assert.equal((await ask(session, new Uint8Array(3))).content.length, 3);
  }
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
  using slow = rawClient(serving, [...MAGIC, ...frame(4, 0, 0, [0, 4, 0, 0, 0, 0])]);
  const fields = new Map([[":method", "POST"], ["x-kind", "slow"]]);
  await slow.say(frame(1, 5, 1, encodeFields(fields)));
  for (let round = 0; round < 25; round++) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    await often.say(frame(1, 5, 2 * round + 1, REQUEST));
    await slow.say(frame(8, 0, 1, [0, 0, 1000 >> 8, 1000 & 255]));
  }
  await until(() => slow.heard.some(({ type, flags }) => type === 1 && (flags & 1) !== 0));
  const pieces = slow.heard.filter(({ type }) => type === 0).map(({ payload }) => payload);
  assert.deepEqual(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).bytes(), content);
  const answered = () => often.heard.filter(({ type, flags }) => type === 1 && (flags & 1) !== 0);
  await until(() => answered().length === 25);
  assert.deepEqual([...often.heard, ...slow.heard].filter(({ type }) => type === 7), []);
});

Deno.test("of more connections than there may be the idle go, and where none is, the new one", async () => {
  using serving = startServing({}, { connectionsMax: 3 });
  using idle = rawClient(serving);
  await until(() => idle.heard.length > 0);
  using first = rawClient(serving);
  using second = rawClient(serving);
  for (const client of [first, second]) {
    await client.say(frame(1, 4, 1, REQUEST));
    await until(() => client.heard.length > 0);
  }
  await until(() => serving.served.length === 2);
  using third = rawClient(serving);
  await third.say(frame(1, 4, 1, REQUEST));
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

Deno.test("what a stream begins with comes first, however much else is to be said", async () => {
  using serving = startServing({
    begun: ({ stream }) => {
      stream.respond(new Map([[":status", "200"]]));
      stream.write(new Uint8Array(100));
      stream.end();
    },
  });
  const ping = [...frame(6, 0, 0, Array(8).fill(1))];
  for (let count = 1918; count < 1930; count++) {
    using client = rawClient(serving);
    await until(() => client.heard.length > 0);
    // Read at once where there is room for it.
    await client.say(Array(4000).fill([...frame(99, 0, 0, [])]).flat());
    await client.say([...Array(count).fill(ping).flat(), ...frame(1, 5, 1, REQUEST)]);
    await until(() => client.heard.some(({ id, flags }) => id === 1 && (flags & 1) !== 0));
    const types = client.heard.filter(({ id }) => id === 1).map(({ type }) => type);
    assert.equal(types[0], 1, `${count} pings`);
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
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: serving.server.port });
  const windows = [0, 1].flatMap((id) => [...frame(8, 0, id, [0, 32, 0, 0])]);
  await conn.write(Uint8Array.from([...GREETING, ...frame(1, 5, 1, REQUEST), ...windows]));
  await until(() => serving.served.length === 1);
  const leaving = serving.server.leave();
  const acks = Uint8Array.from(Array(100).fill([...frame(6, 1, 0, Array(8).fill(0))]).flat());
  for (let round = 0; round < 10; round++) {
    await conn.write(acks).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  let bytes = 0;
  const buffer = new Uint8Array(65_536);
  for (let got; (got = await conn.read(buffer)) !== null;) bytes += got;
  conn.close();
  await leaving;
  assert(bytes > 1_000_000, `${bytes} bytes`);
});

/** Says frames that mean nothing to the port given, as fast as it can, until it is killed. */
const FLOOD = `
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
  const magic = new TextEncoder().encode("PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n");
  await conn.write(Uint8Array.from([...magic, 0, 0, 0, 4, 0, 0, 0, 0, 0]));
  const flood = Uint8Array.from(Array(28_000).fill([0, 0, 0, 99, 0, 0, 0, 0, 0]).flat());
  console.log("begun");
  while (await conn.write(flood).catch(() => 0) > 0);`;

Deno.test("who floods a server with frames keeps no other from being served", async () => {
  using serving = startServing(echoing());
  const flood = new Deno.Command("timeout", {
    args: ["20", Deno.execPath(), "eval", "--quiet", FLOOD, String(serving.server.port)],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const said = flood.stdout.getReader();
  await said.read();
  await using session = await nodeClient(serving);
  for (let round = 0; round < 10; round++) {
    assert.equal((await ask(session, new Uint8Array(3))).content.length, 3);
  }
  // It has not been waited for.
  assert.equal(await Promise.race([flood.status.then(() => "over"), "goes on"]), "goes on");
  flood.kill();
  await flood.status;
  await said.cancel();
});
