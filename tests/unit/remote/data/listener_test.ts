import assert from "node:assert/strict";
import {
  connectData,
  DataConnectError,
  DataListener,
  type DataListenerOptions,
  TOKEN_BYTES,
  TokenMaker,
} from "../../../../core/remote/data/mod.ts";
import { listenOn } from "../../../../core/remote/acceptor.ts";
import { GREETING_BYTES, makeGreeting } from "../../../../core/remote/data/greeting.ts";
import { pause } from "./ground.ts";

const HOST = "127.0.0.1";
const session = new Uint8Array(16).fill(7);
const other = new Uint8Array(16).fill(8);

/** A listener on a free port. */
function listen(options: DataListenerOptions = {}): DataListener {
  const [acceptor] = listenOn([HOST], 0);
  assert(acceptor !== undefined);
  return new DataListener(acceptor, options);
}

/** A listener for one test. */
async function withListener(
  options: DataListenerOptions,
  fn: (listener: DataListener) => Promise<void>,
): Promise<void> {
  const listener = listen(options);
  try {
    await fn(listener);
  } finally {
    listener.close();
    await listener.finished;
  }
}

function refused(port: number, token: Uint8Array): Promise<void> {
  return assert.rejects(connectData(HOST, port, token), (error) => {
    assert(error instanceof DataConnectError);
    assert.equal(error.code, "data-refused");
    assert.match(error.message, /^The data port of "127.0.0.1" port \d+ does not accept /);
    return true;
  });
}

/** Sends bytes that are no good greeting; gives what comes back until the listener closes. */
async function speak(port: number, bytes: Uint8Array): Promise<number[]> {
  using conn = await Deno.connect({ hostname: HOST, port });
  const answer = new Uint8Array(10);
  try {
    await conn.write(bytes);
    const count = await conn.read(answer);
    if (count === null) return [];
    assert.equal(await conn.read(new Uint8Array(1)), null);
    return [...answer.subarray(0, count)];
  } catch (error) {
    assert(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe);
    return [];
  }
}

Deno.test("each stream of a session gets its own connection, in whatever order they come", () =>
  withListener({}, async (listener) => {
    const expectation = await listener.expect(session, 3);
    const clients: Deno.TcpConn[] = [];
    for (const stream of [2, 0, 1]) {
      const token = expectation.tokens[stream];
      assert(token !== undefined);
      const client = await connectData(HOST, listener.port, token);
      await client.write(new Uint8Array([stream]));
      clients.push(client);
    }
    for (const stream of [0, 1, 2]) {
      const conn = await expectation.arrived(stream);
      assert(conn !== undefined);
      const byte = new Uint8Array(1);
      assert.equal(await conn.read(byte), 1);
      assert.equal(byte[0], stream);
      conn.close();
    }
    for (const client of clients) client.close();
    expectation.forget();
    assert.equal(listener.strangers, 0);
  }));

Deno.test("a token opens one connection", () =>
  withListener({}, async (listener) => {
    const expectation = await listener.expect(session, 1);
    const token = expectation.tokens[0] ?? new Uint8Array();
    const client = await connectData(HOST, listener.port, token);
    await refused(listener.port, token);
    const conn = await expectation.arrived(0);
    conn?.close();
    client.close();
    expectation.forget();
  }));

Deno.test("a token with any bit changed is refused", () =>
  withListener({}, async (listener) => {
    const expectation = await listener.expect(session, 1);
    const token = expectation.tokens[0] ?? new Uint8Array();
    for (let index = 0; index < TOKEN_BYTES; index++) {
      const forged = token.slice();
      forged[index] = (forged[index] ?? 0) ^ (1 << index % 8);
      await refused(listener.port, forged);
    }
    // The good one still is.
    (await connectData(HOST, listener.port, token)).close();
    expectation.forget();
  }));

Deno.test("a token of another daemon, of a session that is over, or too old is refused", async () => {
  let time = 1_000_000;
  const tokens = new TokenMaker(() => time);
  await withListener({ tokens, tokenMs: 10_000 }, async (listener) => {
    await refused(listener.port, await new TokenMaker().make(session, 0, 60_000));
    const expectation = await listener.expect(session, 2);
    await refused(listener.port, await tokens.make(other, 0, 60_000));
    await refused(listener.port, await tokens.make(session, 2, 60_000));
    time += 11_000;
    await refused(listener.port, expectation.tokens[0] ?? new Uint8Array());
    const fresh = await tokens.make(session, 1, 10_000);
    expectation.forget();
    await refused(listener.port, fresh);
    assert.equal(await expectation.arrived(1), undefined);
  });
});

Deno.test("of two connections that show one token at once, one comes in", async () => {
  const tokens = new TokenMaker();
  const token = await tokens.make(session, 3, 1000);
  const verdicts = await Promise.all([1, 2, 3].map(() => tokens.redeem(token)));
  assert.deepEqual(verdicts.map(({ kind }) => kind).sort(), ["good", "used", "used"]);
});

Deno.test("a used token is remembered until it expires, and refused for its age after", async () => {
  let time = 5_000_000;
  const tokens = new TokenMaker(() => time);
  const token = await tokens.make(session, 0, 10_000);
  assert.equal((await tokens.redeem(token)).kind, "good");
  time += 9000;
  assert.equal((await tokens.redeem(token)).kind, "used");
  time += 2000;
  assert.equal((await tokens.redeem(token)).kind, "expired");
});

Deno.test("a greeting that is cut, false or of another version gets in nowhere", () =>
  withListener({ greetingMs: 200 }, async (listener) => {
    const expectation = await listener.expect(session, 1);
    const greeting = makeGreeting(expectation.tokens[0] ?? new Uint8Array());
    const { port } = listener;
    for (const length of [1, 11, 12, GREETING_BYTES - 1]) {
      assert.deepEqual(await speak(port, greeting.subarray(0, length)), []);
    }
    assert.deepEqual(await speak(port, greeting.toReversed()), [1]);
    assert.deepEqual(await speak(port, greeting.with(8, 2)), [2]);
    assert.deepEqual(await speak(port, greeting.with(10, 1)), [1]);
    await assert.rejects(connectData(HOST, port, new Uint8Array(TOKEN_BYTES - 1)), {
      name: "DataConnectError",
      code: "data-version",
    });
    expectation.forget();
    await pause(20);
    assert.equal(listener.strangers, 0);
  }));

Deno.test("a client that never speaks is sent away at the deadline", () =>
  withListener({ greetingMs: 100 }, async (listener) => {
    using conn = await Deno.connect({ hostname: HOST, port: listener.port });
    const began = performance.now();
    assert.equal(await conn.read(new Uint8Array(1)), null);
    const waited = performance.now() - began;
    assert(waited > 50 && waited < 10_000, `${waited} ms`);
  }));

Deno.test("a greeting that trickles does not move the deadline", () =>
  withListener({ greetingMs: 150 }, async (listener) => {
    using conn = await Deno.connect({ hostname: HOST, port: listener.port });
    const began = performance.now();
    let isClosed = false;
    const closed = conn.read(new Uint8Array(1)).catch(() => null).then(() => isClosed = true);
    while (!isClosed && performance.now() - began < 20_000) {
      await conn.write(new Uint8Array([0x42])).catch(() => 0);
      await pause(10);
    }
    await closed;
    assert(performance.now() - began < 10_000);
  }));

Deno.test("a greeting that never ends is read up to its length and refused", () =>
  withListener({}, async (listener) => {
    using conn = await Deno.connect({ hostname: HOST, port: listener.port });
    const answers: number[] = [];
    const reading = (async () => {
      const byte = new Uint8Array(10);
      const count = await conn.read(byte).catch(() => null);
      answers.push(...byte.subarray(0, count ?? 0));
    })();
    const began = performance.now();
    const much = new Uint8Array(1 << 20).fill(0x42);
    let sent = 0;
    try {
      while (performance.now() - began < 60_000) sent += await conn.write(much);
    } catch {
      // Sent away.
    }
    await reading;
    assert(performance.now() - began < 30_000, `${sent} bytes`);
    assert(answers.length === 0 || answers[0] === 1);
  }));

Deno.test("100 connections at once all come in, through 64 places", () =>
  withListener({}, async (listener) => {
    const expectation = await listener.expect(session, 100);
    const clients = await Promise.all(
      expectation.tokens.map((token) => connectData(HOST, listener.port, token)),
    );
    const conns = await Promise.all(clients.map((_, stream) => expectation.arrived(stream)));
    for (const conn of [...clients, ...conns]) conn?.close();
    expectation.forget();
    assert.equal(listener.strangers, 0);
  }));

/** Takes longer over each token than a silent stranger may stay, as on a busy machine. */
class BusyTokenMaker extends TokenMaker {
  override async redeem(token: Uint8Array): ReturnType<TokenMaker["redeem"]> {
    await pause(400);
    return super.redeem(token);
  }
}

Deno.test("who has shown a token is not silent, however long it takes to look at it", () =>
  withListener({ strangersMax: 2, tokens: new BusyTokenMaker() }, async (listener) => {
    const expectation = await listener.expect(session, 5);
    const clients = await Promise.all(
      expectation.tokens.map((token) => connectData(HOST, listener.port, token)),
    );
    for (const [stream, client] of clients.entries()) {
      (await expectation.arrived(stream))?.close();
      client.close();
    }
    expectation.forget();
  }));

Deno.test("the silent cannot keep others out", () =>
  withListener({ strangersMax: 8, greetingMs: 60_000 }, async (listener) => {
    const silent: Deno.TcpConn[] = [];
    for (let index = 0; index < 20; index++) {
      silent.push(await Deno.connect({ hostname: HOST, port: listener.port }));
    }
    const expectation = await listener.expect(session, 1);
    const began = performance.now();
    const client = await connectData(HOST, listener.port, expectation.tokens[0] ?? session);
    const waited = performance.now() - began;
    // Long before the silent would have to go by themselves.
    assert(waited < 15_000, `${waited} ms`);
    assert(listener.strangers <= 8);
    client.close();
    for (const conn of silent) conn.close();
    expectation.forget();
  }));

Deno.test("closing sends strangers away and ends who waits", async () => {
  const listener = listen();
  const expectation = await listener.expect(session, 1);
  using conn = await Deno.connect({ hostname: HOST, port: listener.port });
  await pause(20);
  const arriving = expectation.arrived(0);
  listener.close();
  listener.close();
  await listener.finished;
  assert.equal(await conn.read(new Uint8Array(1)), null);
  expectation.forget();
  assert.equal(await arriving, undefined);
});

Deno.test("where nobody listens, or nobody answers, is unreachable", async () => {
  const free = Deno.listen({ hostname: HOST, port: 0 });
  const { port } = free.addr;
  const token = new Uint8Array(TOKEN_BYTES);
  const unreachable = { name: "DataConnectError", code: "data-unreachable" };
  // The kernel accepts, but nobody reads.
  const began = performance.now();
  await assert.rejects(connectData(HOST, port, token, { timeoutMs: 200 }), {
    ...unreachable,
    message:
      `Cannot reach the data port of "127.0.0.1" port ${port}: no answer within 0.2 seconds.`,
  });
  assert(performance.now() - began < 10_000);
  free.close();
  await assert.rejects(connectData(HOST, port, token), unreachable);
});

Deno.test("connecting ends with its signal", async () => {
  using listener = Deno.listen({ hostname: HOST, port: 0 });
  const controller = new AbortController();
  const connecting = connectData(HOST, listener.addr.port, new Uint8Array(TOKEN_BYTES), {
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await assert.rejects(connecting, { message: "enough" });
});
