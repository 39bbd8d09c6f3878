import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
} from "../../support/grpc_js/library.ts";
import { encodeFrame } from "../../../core/remote/grpc/messages.ts";
import { SERVICE } from "../../support/grpc_js/service.ts";

/** A server that greets and says nothing more; gone when disposed of. */
export interface Stranger extends AsyncDisposable {
  readonly port: number;
}

/** Starts one that speaks the version given. */
export async function startStranger(
  version: { readonly major: number; readonly minor: number },
): Promise<Stranger> {
  const server = new Server();
  const value = { ...version, version: "9.0.0", capabilities: [] };
  const hello = encodeFrame({ body: { $case: "hello", value } });
  const heartbeat = encodeFrame({ body: { $case: "heartbeat", value: {} } });
  const greet = (call: ServerDuplexStream<unknown, unknown>): void => {
    const timer = setInterval(() => call.write(heartbeat), 1000);
    call.on("error", () => clearInterval(timer));
    call.on("cancelled", () => clearInterval(timer));
    call.on("end", () => {
      clearInterval(timer);
      call.end();
    });
    call.resume();
    call.write(hello);
  };
  const none = (): void => {};
  const ping: handleUnaryCall<unknown, unknown> = (_call, reply) =>
    reply(null, { hello: value, sessions: 0 });
  server.addService(SERVICE, {
    push: greet,
    pull: greet,
    carry: none,
    listModules: none,
    ping,
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(
      "127.0.0.1:0",
      ServerCredentials.createInsecure(),
      (error, bound) => error === null ? resolve(bound) : reject(error),
    )
  );
  return {
    port,
    [Symbol.asyncDispose]: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}
