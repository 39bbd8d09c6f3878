/**
 * A gRPC server of one method that echoes, for tests/integration/http2_guard_test.ts. Prints its
 * port, and shuts down gracefully when its standard input ends. `without-guard` leaves the guard
 * out.
 *
 * @module
 */
if (!Deno.args.includes("without-guard")) await import("../../../core/remote/grpc/http2_guard.ts");
const { Server, ServerCredentials } = await import("@grpc/grpc-js");
const { ECHO } = await import("./echo.ts");

const server = new Server();
server.addService(ECHO, {
  // deno-lint-ignore no-explicit-any
  echo(call: any) {
    call.on("data", (bytes: Uint8Array) => call.write(bytes));
    call.on("end", () => call.end());
    call.on("error", () => {});
  },
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  console.log(port);
});
for await (const _ of Deno.stdin.readable);
await new Promise<void>((stopped) => server.tryShutdown(() => stopped()));
console.log("stopped");
