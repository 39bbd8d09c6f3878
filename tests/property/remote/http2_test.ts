import assert from "node:assert/strict";
import http2 from "node:http2";
import fc from "fast-check";
import "../../support/grpc_js/http2_guard.ts";
import { FramingError, messageHeader, MessageReader } from "../../../core/remote/grpc/framing.ts";
import { encodeFields, FieldsDecoder } from "../../../core/remote/http2/hpack.ts";
import { decodeHuffman } from "../../../core/remote/http2/huffman.ts";
import { ClientConnection, Http2Error } from "../../../core/remote/http2/mod.ts";
import { frameHeader, GREETING, joined, settingsFrame } from "../../unit/remote/http2_frames.ts";
import {
  echoing,
  rawClient,
  request,
  startPeer,
  startRawServing,
  startServing,
} from "../../unit/remote/http2_ground.ts";

/** What a header field may hold; spaces at its ends do not count. */
const value = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
}).map((text) => text.trim());
const name = fc.stringMatching(/^x-[a-z0-9-]{1,40}$/);

Deno.test("fields are to both ends what they are to nghttp2", async () => {
  let seen: Record<string, unknown> = {};
  let said: Record<string, string> = {};
  await using peer = await startPeer({}, (stream, headers) => {
    seen = headers;
    stream.respond({ ":status": 200, ...said });
    stream.end();
  });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, value), fc.dictionary(name, value), async (out, back) => {
      said = back;
      const { stream, answer } = request(peer.connection, Object.entries(out));
      stream.end();
      const { fields: [fields] } = await answer;
      for (const [key, text] of Object.entries(out)) assert.equal(seen[key], text);
      for (const [key, text] of Object.entries(back)) assert.equal(fields?.get(key), text);
    }),
    { numRuns: 60 },
  );
});

Deno.test("fields that were encoded are read again", () => {
  fc.assert(fc.property(fc.dictionary(name, value), (given) => {
    const fields = new Map(Object.entries(given));
    assert.deepEqual(new FieldsDecoder().decode(encodeFields(fields)), fields);
  }));
});

Deno.test("bytes that are no fields are refused as such", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    decodeHuffman(bytes);
    try {
      new FieldsDecoder().decode(bytes);
    } catch (error) {
      assert(error instanceof Http2Error, String(error));
    }
  }));
});

Deno.test("messages come whole however they are cut, and none that is too long", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 100 })),
    fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
    fc.integer({ min: 50, max: 100 }),
    (messages, cuts, limit) => {
      const bytes = messages.flatMap((message) => [...messageHeader(message.length), ...message]);
      const reader = new MessageReader(limit);
      const heard: number[][] = [];
      const tooLong = messages.findIndex(({ length }) => length > limit);
      const take = (): void => {
        for (let at = 0; at < bytes.length;) {
          const [cut = 1] = cuts.take(1);
          const piece = Uint8Array.from(bytes.slice(at, at += cut));
          reader.take(piece, (message) => heard.push([...message]));
          piece.fill(0); // may be used again
        }
      };
      if (tooLong < 0) take();
      else assert.throws(take, FramingError);
      assert.deepEqual(
        heard,
        messages.slice(0, tooLong < 0 ? undefined : tooLong).map((m) => [...m]),
      );
      assert.equal(reader.isInside, tooLong >= 0);
    },
  ));
});

/** A frame of any kind, whose length may be a lie. */
const frame = fc.tuple(
  fc.integer({ min: 0, max: 10 }),
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0, 1, 1, 1, 2, 3, 0x7fffffff),
  fc.uint8Array({ maxLength: 60 }),
  fc.constantFrom(0, 0, 0, 0, 1, -1, 5),
).map(([type, flags, stream, payload, lie]) => {
  const length = Math.max(0, payload.length + lie);
  return joined(frameHeader(length, type, flags, stream), payload);
});

Deno.test("whatever frames come, each stream ends once, and the connection with the peer's", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 12 }), async (frames) => {
      using serving = await startRawServing();
      const { connection, peer } = serving;
      const { stream, answer } = request(connection);
      stream.write(new Uint8Array(10));
      assert(await peer.say(settingsFrame(), ...frames));
      await peer.closeWrite();
      await answer;
      await peer.over;
      assert.equal(connection.isOpen, false);
    }),
    { numRuns: 300 },
  );
});

Deno.test("whatever frames come, a server ends each call, and goes on serving others", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 12 }), async (frames) => {
      using serving = startServing(echoing());
      using peer = rawClient(serving, []);
      assert(await peer.say(GREETING, ...frames));
      await peer.closeWrite();
      await peer.over;
      assert(serving.served.every(({ ends }) => ends.length > 0));
      const { port } = serving.server;
      const { signal } = new AbortController();
      const connection = await ClientConnection.dial("127.0.0.1", port, signal);
      const { stream, answer } = request(connection);
      stream.write(Uint8Array.of(7));
      stream.end();
      assert.deepEqual((await answer).content, Uint8Array.of(7));
      connection.close();
    }),
    { numRuns: 200 },
  );
});

Deno.test("fields that another encoder keeps in a table are read in their order", async () => {
  using serving = startServing(echoing());
  const session = http2.connect(`http://127.0.0.1:${serving.server.port}`);
  const some = fc.dictionary(
    fc.constantFrom("x-a", "x-b", "x-c"),
    fc.constantFrom("1", "2", "~".repeat(900)),
  );
  await fc.assert(
    fc.asyncProperty(some, fc.dictionary(name, value), async (again, once) => {
      const given = { ...once, ...again };
      const stream = session.request({ ":method": "POST", ...given });
      stream.end();
      stream.resume();
      await new Promise((closed) => stream.on("close", closed));
      const fields = serving.served.at(-1)?.fields;
      for (const [key, text] of Object.entries(given)) assert.equal(fields?.get(key), text);
    }),
    { numRuns: 200 },
  );
  await new Promise<void>((closed) => session.close(closed));
});
