/** A server of HTTP/2 against clients that do wrong. */
import assert from "node:assert/strict";
import {
  type Bytes,
  ENABLE_PUSH,
  Flag,
  frame,
  frameHeader,
  FrameType,
  GREETING,
  INITIAL_WINDOW_SIZE,
  joined,
  MAGIC,
  MAX_FRAME_SIZE,
  openRequest,
  REQUEST,
  resetFrame,
  settingsFrame,
  wholeRequest,
  windowUpdate,
} from "./http2_frames.ts";
import { echoing, type Program, rawClient, startServing, until } from "./http2_ground.ts";
import { ask, nodeClient } from "./http2_node_client.ts";

/** What is no HTTP/2 ends a connection at once. */
const STRANGE: Readonly<Record<string, Bytes>> = {
  "a request of HTTP/1.1": new TextEncoder().encode("GET / HTTP/1.1\r\nhost: x\r\n\r\n"),
  "no settings first": joined(MAGIC, frame(FrameType.Ping, 0, 0, Array(8).fill(0))),
};

/** Why a connection is left (RFC 9113, 7), written down once more. */
const [PROTOCOL, FLOW_CONTROL, FRAME_SIZE, COMPRESSION, CALM] = [1, 3, 6, 9, 11] as const;

/** And so does this, behind a greeting; the code is what the client is told. */
const BAD: Readonly<Record<string, readonly [code: number, ...said: readonly Bytes[]]>> = {
  "a frame that is too long": [FRAME_SIZE, frameHeader(65_536, FrameType.Data, 0, 1)],
  "a request with a server's number": [PROTOCOL, wholeRequest(2)],
  "a request with no number": [PROTOCOL, wholeRequest(0)],
  "a request with half a priority": [
    FRAME_SIZE,
    frame(FrameType.Headers, Flag.EndHeaders | Flag.Priority, 1, [0, 0, 0, 0]),
  ],
  "a priority of no call": [PROTOCOL, frame(FrameType.Priority, 0, 0, [0, 0, 0, 0, 1])],
  "a short priority": [FRAME_SIZE, frame(FrameType.Priority, 0, 1, [0, 0, 0, 0])],
  "content of no call": [PROTOCOL, frame(FrameType.Data, 0, 0, [1])],
  "content of a call that never began": [PROTOCOL, frame(FrameType.Data, 0, 3, [1])],
  "an end of a call that never began": [PROTOCOL, resetFrame(3, 8)],
  "a window of a call that never began": [PROTOCOL, windowUpdate(3, 1)],
  "a push": [PROTOCOL, frame(FrameType.PushPromise, Flag.EndHeaders, 1, [0, 0, 0, 2])],
  "fields that never began": [PROTOCOL, frame(FrameType.Continuation, Flag.EndHeaders, 1)],
  "fields for another call": [
    PROTOCOL,
    frame(FrameType.Headers, 0, 1),
    frame(FrameType.Continuation, Flag.EndHeaders, 3),
  ],
  "fields without an end": [
    CALM,
    frame(FrameType.Headers, 0, 1, REQUEST),
    ...Array(20).fill(frame(FrameType.Continuation, 0, 1)),
  ],
  "fields that are none": [COMPRESSION, wholeRequest(1, [0x80])],
  // One of 4,000 bytes is kept, and then meant 100 times.
  "fields of many bytes": [
    CALM,
    wholeRequest(
      1,
      joined([0x40, 1, 120, 0x7f, 0xa1, 0x1e], Array(4000).fill(120), Array(100).fill(0xbe)),
    ),
  ],
  "a table that is too large": [COMPRESSION, wholeRequest(1, [0x3f, 0xe1, 0x7f])],
  "settings of a call": [PROTOCOL, frame(FrameType.Settings, 0, 1)],
  "settings that break off": [FRAME_SIZE, frame(FrameType.Settings, 0, 0, [0, 1])],
  "a thank for settings that says more": [
    FRAME_SIZE,
    frame(FrameType.Settings, Flag.Ack, 0, Array(6).fill(0)),
  ],
  "frames that are to be too short": [PROTOCOL, settingsFrame([MAX_FRAME_SIZE, 16_383])],
  "frames that are to be too long": [PROTOCOL, settingsFrame([MAX_FRAME_SIZE, 2 ** 24])],
  "a push that is neither wanted nor not": [PROTOCOL, settingsFrame([ENABLE_PUSH, 2])],
  "a first window that is too large": [
    FLOW_CONTROL,
    settingsFrame([INITIAL_WINDOW_SIZE, 0x80000000]),
  ],
  "a ping of a call": [PROTOCOL, frame(FrameType.Ping, 0, 1, Array(8).fill(0))],
  "a short ping": [FRAME_SIZE, frame(FrameType.Ping, 0, 0, [1])],
  "a farewell of a call": [PROTOCOL, frame(FrameType.GoAway, 0, 1, Array(8).fill(0))],
  "a short reset": [FRAME_SIZE, openRequest(1), frame(FrameType.Reset, 0, 1, [1])],
  "a window that grows by nothing": [PROTOCOL, windowUpdate(0, 0)],
  "a window that is too large": [FLOW_CONTROL, windowUpdate(0, 0x7fffffff)],
  "more than was allowed": [
    FLOW_CONTROL,
    openRequest(1),
    ...Array(513).fill(frame(FrameType.Data, 0, 1, new Uint8Array(16_384))),
  ],
};

/** Tests that what is said ends the connection, with farewells of these codes before. */
function testEnd(what: string, said: readonly Bytes[], codes: readonly number[]): void {
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
    await bad.say(...said);
    await bad.over;
    const farewells = bad.framesOf(FrameType.GoAway).map(({ payload }) => payload[7]);
    assert.deepEqual(farewells, codes);
    assert(serving.served.every(({ ends }) => ends.length > 0));
    await other.say(wholeRequest(1));
    await until(() => other.isAnswered);
  });
}

for (const [what, said] of Object.entries(STRANGE)) testEnd(what, [said], []);
// Who speaks HTTP/2 is told in it.
for (const [what, [code, ...said]] of Object.entries(BAD)) {
  testEnd(what, [GREETING, ...said], [code]);
}

Deno.test("a client that begins calls and gives them up is sent away", async () => {
  using serving = startServing({});
  using client = rawClient(serving);
  for (let id = 1; id < 1000; id += 2) {
    await client.say(openRequest(id), resetFrame(id, 8));
  }
  await client.over;
  assert(serving.served.length < 120, `${serving.served.length} calls were begun`);
});

/** Says frames that mean nothing to the port given, as fast as it can, until it is killed. */
const FLOOD = `
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
  await conn.write(Uint8Array.of(${GREETING}));
  const flood = Uint8Array.from(Array(28_000).fill([${frame(FrameType.Unknown, 0, 0)}]).flat());
  console.log("begun");
  for (let at = 0;; at %= flood.length) at += await conn.write(flood.subarray(at));`;

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
