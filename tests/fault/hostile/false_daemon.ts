import type { ControlLink, ControlServer, SessionKind } from "../../../core/remote/grpc/mod.ts";
import { startServer } from "../../../core/remote/grpc/server.ts";
import type { Begin } from "../../../proto/generated/blit.ts";
import { CAPABILITIES } from "../../../core/remote/session/capabilities.ts";

/** A daemon that knows the protocol and does not keep to it; gone when disposed of. */
export interface FalseDaemon extends AsyncDisposable {
  readonly port: number;
}

/** Starts one in this process, with what it does in a session once it knows what is wanted. */
export function startFalseDaemon(
  speak: (link: ControlLink, begin: Begin, kind: SessionKind) => Promise<void>,
): FalseDaemon {
  const server: ControlServer = startServer({
    addresses: ["127.0.0.1"],
    port: 0,
    version: "9.0.0",
    capabilities: CAPABILITIES,
    async onSession(kind, link) {
      const frame = await link.receive();
      if (frame?.body?.$case === "begin") await speak(link, frame.body.value, kind);
    },
    onCarry: (request) => request.refuse("Nothing is carried."),
    onListModules: () => ({
      modules: [],
      defaultExport: true,
      defaultReadOnly: false,
      motd: "",
    }),
  });
  return {
    port: server.port,
    [Symbol.asyncDispose]: () => {
      server.close();
      return Promise.resolve();
    },
  };
}
