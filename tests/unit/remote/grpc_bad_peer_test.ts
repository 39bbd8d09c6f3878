import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  type ClientDuplexStream,
  credentials,
  makeGenericClientConstructor,
} from "../../support/grpc_js/library.ts";
import { startServer } from "../../../core/remote/grpc/server.ts";
import { encodeFrame } from "../../../core/remote/grpc/messages.ts";
import { SERVICE } from "../../support/grpc_js/service.ts";
import { Frame, type Hello } from "../../../proto/generated/blit.ts";

/** A client that says what it is told to, without a thought. */
interface RawClient {
  push(): ClientDuplexStream<Uint8Array, Uint8Array>;
  carry(): ClientDuplexStream<Uint8Array, Uint8Array>;
  close(): void;
}

const RawClient = makeGenericClientConstructor(SERVICE, "Blit");

const HELLO: Hello = { major: 1, minor: 0, version: "1.0.0", capabilities: [] };

const hello = (changes: Partial<Hello> = {}): Uint8Array =>
  encodeFrame({ body: { $case: "hello", value: { ...HELLO, ...changes } } });

/** What a server says to a client that sends these messages and then waits. */
interface Outcome {
  /** Why the server gave up: the word of its Abort, or the sentence of a status. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** What its session came to know. */
  readonly session: unknown;
}

async function say(
  method: "push" | "carry",
  messages: readonly Uint8Array[],
  preAuthenticationMs = 5000,
  /** The client ends its half with its last message. */
  endsItsHalf = false,
): Promise<Outcome> {
  let session: unknown = "none";
  const server = startServer({
    addresses: ["127.0.0.1"],
    port: 0,
    version: "1.0.0",
    limits: { preAuthenticationMs },
    async onSession(_kind, link) {
      try {
        while (await link.receive() !== undefined);
        session = "ended";
      } catch (error) {
        session = (error as Error).message.replace(/at 127\.0\.0\.1:\d+/, "at ADDRESS");
      }
    },
    onCarry: (request) => void request.accept(),
    onListModules: () => ({ modules: [], defaultExport: true, defaultReadOnly: false, motd: "" }),
  });
  const address = `127.0.0.1:${server.port}`;
  // makeGenericClientConstructor adds the methods that RawClient names.
  const client = new RawClient(
    address,
    credentials.createInsecure(),
  ) as unknown as RawClient;
  const call = client[method]();
  let code: string | undefined;
  let message: string | undefined;
  call.on("data", (bytes: Buffer) => {
    const { body } = Frame.decode(bytes);
    if (body?.$case === "abort") ({ code, message } = body.value);
  });
  call.on("error", (error: Error & { details: string }) => message ??= error.details);
  for (const bytes of messages) call.write(bytes);
  if (endsItsHalf) call.end();
  await new Promise((resolve) => call.on("status", resolve));
  client.close();
  await server.drain(1000);
  message = message?.replace(/at 127\.0\.0\.1:\d+/, "at ADDRESS");
  return { code, message, session };
}

Deno.test("another major version is refused with both versions named", async () => {
  assert.deepEqual(await say("push", [hello({ major: 2, minor: 7 })]), {
    code: "version",
    message: "the client at ADDRESS speaks version 2.7 of the protocol, this blit 1.0: the older " +
      "of the two must be updated.",
    session: "none",
  });
});

Deno.test("who ends its half at once hears why it is refused as well", async () => {
  const { code } = await say("push", [hello({ major: 9 })], 5000, true);
  assert.equal(code, "version");
});

Deno.test("a session that does not begin with a hello is refused", async () => {
  const frame = encodeFrame({ body: { $case: "phase", value: { name: "transfer" } } });
  assert.deepEqual(await say("push", [frame]), {
    code: "bad-frame",
    message: "A first frame that is no hello came from the client at ADDRESS.",
    session: "none",
  });
});

Deno.test("bytes that are no frame end the session", async () => {
  assert.deepEqual(await say("push", [Buffer.from("rubbish")]), {
    code: "bad-frame",
    message: "A frame of 7 bytes that cannot be read came from the client at ADDRESS.",
    session: "none",
  });
  assert.deepEqual(await say("push", [hello(), Buffer.from("rubbish")]), {
    code: "bad-frame",
    message: "A frame of 7 bytes that cannot be read came from the client at ADDRESS.",
    session: "A frame of 7 bytes that cannot be read came from the client at ADDRESS.",
  });
});

Deno.test("a second hello ends the session", async () => {
  assert.deepEqual(await say("push", [hello(), hello()]), {
    code: "bad-frame",
    message: "A second hello came from the client at ADDRESS.",
    session: "A second hello came from the client at ADDRESS.",
  });
});

Deno.test("a client that opens and never speaks is sent away", async () => {
  assert.deepEqual(await say("push", [], 200), {
    code: "timeout",
    message: "Nothing was said on a new connection for too long.",
    session: "none",
  });
  assert.deepEqual(await say("carry", [], 200), {
    code: undefined,
    message: "A data stream did not show its token in time.",
    session: "none",
  });
});

Deno.test("a data stream that does not begin with its token is refused", async () => {
  for (const bytes of ["", "rubbish", "\x12\x03abc"]) {
    const { message } = await say("carry", [Buffer.from(bytes)]);
    assert.match(message ?? "", /^A data stream must begin|^A chunk that cannot be read/, bytes);
  }
});

Deno.test("a frame that is not known is passed over from a newer minor version alone", async () => {
  // Field 1000, length-delimited, empty: a body of a later minor version.
  const unknown = Buffer.from([0xc2, 0x3e, 0x00]);
  const end = encodeFrame({ body: { $case: "end", value: {} } });
  const { session } = await say("push", [hello({ minor: 1 }), unknown, end]);
  assert.equal(session, "ended");
  assert.equal((await say("push", [hello(), unknown, end])).code, "bad-frame");
});
