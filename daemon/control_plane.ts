import { VERSION } from "../cli/version.ts";
import { type ServerHandlers, startServer } from "../core/remote/grpc/mod.ts";
import type { DaemonSettings, Log, Module, SessionServer } from "../core/remote/server.ts";

/** Why there is no session; both ends read it. */
const NO_SESSIONS = "This daemon answers who it is and what it exports, and transfers nothing.";

/** A server that answers `ping` and `listModules`, and refuses sessions with a sentence. */
export async function startControlPlane(
  settings: DaemonSettings,
  log: Log,
): Promise<SessionServer> {
  let { modules, motd } = settings;
  const { addresses, port, limits } = settings;
  const server = await startServer({
    addresses,
    port,
    limits,
    version: VERSION,
    onListModules: () => listed(modules, motd),
    onSession: (_kind, link) => {
      log.warning(`Refused a session of ${link.peer}: ${NO_SESSIONS}`);
      link.abort({ code: "unsupported", message: NO_SESSIONS, exitCode: 1 });
      return Promise.resolve();
    },
    onCarry: (request) => request.refuse(NO_SESSIONS),
  });
  return {
    port: server.port,
    dataPort: settings.dataPort,
    reload: (next, greeting) => {
      modules = next;
      motd = greeting;
    },
    drain: (deadlineMs) => server.drain(deadlineMs),
    close: () => server.close(),
  };
}

function listed(
  modules: readonly Module[],
  motd: string,
): ReturnType<ServerHandlers["onListModules"]> {
  const byDefault = modules.find(({ name }) => name === "");
  return {
    modules: modules.filter(({ name }) => name !== "")
      .map(({ name, comment, readOnly }) => ({ name, comment, readOnly })),
    defaultExport: byDefault !== undefined,
    defaultReadOnly: byDefault?.readOnly === true,
    motd,
  };
}
