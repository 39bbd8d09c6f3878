/**
 * Opens and closes connections, for tests/integration/http2_guard_test.ts: `client.ts PORT COUNT
 * [without-guard]`. The last connection is left open until the server closes it.
 *
 * @module
 */
if (!Deno.args.includes("without-guard")) await import("../../../core/remote/grpc/http2_guard.ts");
const { credentials, makeGenericClientConstructor } = await import("@grpc/grpc-js");
const { ECHO } = await import("./echo.ts");

const [port, count] = Deno.args;
const EchoClient = makeGenericClientConstructor(ECHO, "Echo");

/** One echo over a connection of its own, which is left open. */
async function connectAndEcho() {
  const client = new EchoClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  // deno-lint-ignore no-explicit-any
  const call = (client as any).echo();
  await new Promise<void>((done, failed) => {
    call.on("data", () => call.end());
    call.on("end", done);
    call.on("error", failed);
    call.write(new Uint8Array(1000));
  });
  return client;
}

for (let done = 1; done < Number(count); done++) (await connectAndEcho()).close();
const last = await connectAndEcho();
console.log("ready");
// Until the server closes the connection, then a little: it is after the GOAWAY that one dies.
const channel = last.getChannel();
for (let waited = 0; channel.getConnectivityState(false) === 2 && waited < 100; waited++) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
await new Promise((resolve) => setTimeout(resolve, 100));
last.close();
console.log("alive");
