/** How sessions end when one of the ends does not wait for the other. */
import assert from "node:assert/strict";
import http2 from "node:http2";
import { messageHeader } from "../../../core/remote/grpc/framing.ts";
import {
  connect,
  type ControlLink,
  type ControlServer,
  LinkError,
  type ServerHandlers,
} from "../../../core/remote/grpc/mod.ts";
import { startServer } from "../../../core/remote/grpc/server.ts";
import { Frame, PingReply } from "../../../proto/generated/blit.ts";

const reach = (port: number) => connect("127.0.0.1", port, { version: "1.0.0" });

const large: Frame = {
  body: { $case: "batches", value: { data: new Uint8Array(512 << 10) } },
};

function serve(
  onSession: (link: ControlLink) => Promise<void>,
  onAsk?: ServerHandlers["onAsk"],
): ControlServer {
  return startServer({
    ...(onAsk === undefined ? {} : { onAsk }),
    addresses: ["127.0.0.1"],
    port: 0,
    version: "1.0.0",
    onSession: (_kind, link) => onSession(link),
    onCarry: (request) => request.refuse("Nothing is carried here."),
    onListModules: () => ({ modules: [], defaultExport: true, defaultReadOnly: false, motd: "" }),
  });
}

for (const [how, isSending] of [["sends", true], ["takes its time", false]] as const) {
  Deno.test(`why a client leaves is heard by a daemon that ${how}`, async () => {
    const heard: unknown[] = [];
    const server = await serve(async (link) => {
      let isOver = false;
      link.settled.then(() => isOver = true);
      if (isSending) {
        (async () => {
          while (!isOver) await link.send(large);
        })().catch(() => {});
      }
      for (let frame; (frame = await link.receive()) !== undefined;) {
        if (frame.body?.$case === "abort") heard.push(frame.body.value.message);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    for (let round = 0; round < 3; round++) {
      const connection = await reach(server.port);
      const link = connection.open("pull");
      await link.hello;
      for (let at = 0; at < 20 && !isSending; at++) link.send(large).catch(() => {});
      if (isSending) await link.receive();
      link.abort({ code: "interrupted", message: `round ${round}`, exitCode: 130 });
      connection.close();
    }
    while (server.sessions > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(heard, ["round 0", "round 1", "round 2"]);
    await server.drain(1000);
  });
}

Deno.test("sessions that the daemon ends leave room for others on the connection", async () => {
  const server = await serve(() => Promise.resolve());
  const connection = await reach(server.port);
  for (let round = 0; round < 20; round++) {
    assert.equal(await connection.open("push").receive(), undefined);
  }
  connection.close();
  await server.drain(1000);
});

Deno.test("what is asked of a connection that was closed is refused as such", async () => {
  const server = await serve(() => Promise.resolve());
  const connection = await reach(server.port);
  connection.close();
  const closed = new LinkError(
    "closed",
    `The connection to "127.0.0.1" port ${server.port} has been closed.`,
  );
  await assert.rejects(connection.ping(), closed);
  await assert.rejects(connection.carry(new Uint8Array(16)), closed);
  await server.drain(1000);
});

Deno.test("who waits to say the last of an answer hears that the client has left", async () => {
  const begun = Promise.withResolvers<void>();
  const sent = Promise.withResolvers<unknown>();
  const server = serve(() => Promise.resolve(), (_question, sink) => {
    const sending: Promise<void>[] = [];
    for (let count = 0; count < 12; count++) sending.push(sink.send(new Uint8Array(1 << 20)));
    Promise.all(sending).then(sent.resolve, sent.resolve);
    begun.resolve();
    return Promise.resolve(); // the end waits behind what was sent
  });
  const connection = await reach(server.port);
  connection.ask({
    $case: "list",
    value: {
      place: undefined,
      recursive: false,
      targets: false,
      pathsOnly: false,
      hashes: false,
    },
  });
  await begun.promise;
  connection.close();
  assert(await sent.promise instanceof LinkError);
  await server.drain(1000);
});

/** What a stranger does with a session once it has greeted. */
type Act = (stream: http2.ServerHttp2Stream) => void;

/** A server in plain HTTP/2, which is `act`ed as a daemon. */
async function startStranger(act: Act): Promise<AsyncDisposable & { readonly port: number }> {
  const hello = { major: 1, minor: 0, version: "1.0.0", capabilities: [] };
  const say = (stream: http2.ServerHttp2Stream, message: Uint8Array): void => {
    stream.write(messageHeader(message.length));
    stream.write(message);
  };
  const server = http2.createServer();
  server.on("stream", (given, headers) => {
    const stream = given as http2.ServerHttp2Stream; // a server's are no others
    stream.on("error", () => {});
    stream.respond(
      { ":status": 200, "content-type": "application/grpc" },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    if (headers[":path"]?.endsWith("Ping")) {
      say(stream, PingReply.encode({ hello, sessions: 0 }).finish());
      return void stream.end();
    }
    say(stream, Frame.encode({ body: { $case: "hello", value: hello } }).finish());
    act(stream);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as { port: number }).port,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

Deno.test("who waits for room hears that the connection is lost, whatever is unread", async () => {
  const message = Frame.encode(large).finish();
  const session = Promise.withResolvers<http2.Http2Session | undefined>();
  await using stranger = await startStranger((stream) => {
    for (let sent = 0; sent < 14; sent++) {
      stream.write(messageHeader(message.length));
      stream.write(message);
    }
    setTimeout(() => session.resolve(stream.session), 500);
  });
  const connection = await reach(stranger.port);
  const link = connection.open("push");
  await link.hello;
  const writing = (async () => {
    while (true) await link.send(large);
  })();
  writing.catch(() => {});
  (await session.promise)?.destroy();
  await assert.rejects(writing, { code: "lost" });
  await link.settled;
  connection.close();
});

Deno.test("messages of no bytes are not heaped up", async () => {
  let sent = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  await using stranger = await startStranger((stream) => {
    const piece = new Uint8Array(5 * 13_000); // so many messages
    const more = (): void => {
      if (stream.destroyed) return;
      sent += 13_000;
      stream.write(piece, () => {
        if (!isOver) timer = setTimeout(more, 0);
      });
    };
    more();
  });
  const connection = await reach(stranger.port);
  const link = connection.open("push");
  await link.hello;
  for (let before = -1; before !== sent;) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  // What a stream may hold that nobody reads: 8 MiB.
  assert(sent * 5 <= 10 << 20, `${sent} messages`);
  isOver = true;
  clearTimeout(timer);
  link.abort({ code: "interrupted", message: "Enough.", exitCode: 1 });
  connection.close();
});
