import { AnswerCrew } from "./admin/answer_crew.ts";
import { serveQuestion } from "./admin/serve_question.ts";
import { dismissWorkers, prepareWorkers } from "./mover/crew.ts";
import { type ServerHandlers, startServer } from "./grpc/mod.ts";
import type { DaemonSettings, Log, Module, SessionServer } from "./server.ts";
import { VERSION } from "../version.ts";
import { DataPort } from "./session/data_port.ts";
import { Turns } from "./session/turns.ts";
import { DaemonSession, STREAM_TIMES } from "./session/daemon_session.ts";

/** Movers that wait for the first session. */
const PREPARED = 2;
/** Sessions that begin at once: as long as their Workers start and their streams come. */
const BEGINNING = 8;
/** How long sessions that were ended may take to clean up. */
const CLEANING_MS = 1000;

/** Starts the server of a daemon: sessions, the data port, and what is exported. */
export async function startSessions(settings: DaemonSettings, log: Log): Promise<SessionServer> {
  let { modules, motd } = settings;
  const { addresses, port, limits } = settings;
  const data = new DataPort(
    addresses,
    settings.dataPort,
    limits.preAuthenticationMs,
    limits.preAuthenticationMs * STREAM_TIMES,
  );
  const running = new Set<Promise<void>>();
  const turns = new Turns(BEGINNING);
  const crew = new AnswerCrew(log);
  prepareWorkers(PREPARED);
  const server = await startServer({
    addresses,
    port,
    limits,
    version: VERSION,
    onListModules: () => listed(modules, motd),
    onSession: async (kind, link) => {
      const run = new DaemonSession(kind, link, { modules, data, turns, limits, log }).run();
      running.add(run);
      await run.finally(() => running.delete(run));
    },
    onAsk: (question, sink) => serveQuestion(question, sink, { modules, crew, log }),
    onCarry: (request) => data.carry(request),
  }).catch((error) => {
    data.close();
    throw error;
  });
  return {
    port: server.port,
    dataPort: data.port,
    reload: (next, greeting) => {
      modules = next;
      motd = greeting;
    },
    drain: async (deadlineMs) => {
      await server.drain(deadlineMs);
      // Those that were ended clean up behind them.
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => timer = setTimeout(resolve, CLEANING_MS));
      await Promise.race([Promise.all(running), late]);
      clearTimeout(timer);
    },
    close: () => {
      server.close();
      data.close();
      crew.close();
      dismissWorkers();
    },
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
