import { type DaemonHistory, openDaemonHistory } from "../history/daemon_history.ts";
import { isTurnedOff } from "../history/location.ts";
import { IdleProbe, PROBE_TIMES, type ProbeTimes } from "../probe/idle_probe.ts";
import { openSys, type Sys } from "../sys/mod.ts";
import { AnswerCrew } from "./admin/answer_crew.ts";
import { serveQuestion } from "./admin/serve_question.ts";
import { dismissWorkers, prepareWorkers } from "./mover/crew.ts";
import type { ControlServer, ServerHandlers, ServerOptions } from "./grpc/mod.ts";
import { listening } from "./grpc/listen.ts";
import { startServer } from "./grpc/server.ts";
import type { DaemonSettings, Log, Module, SessionServer } from "./server.ts";
import { VERSION } from "../version.ts";
import { CAPABILITIES } from "./session/capabilities.ts";
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
export async function startSessions(
  settings: DaemonSettings,
  log: Log,
  times: ProbeTimes = PROBE_TIMES,
): Promise<SessionServer> {
  let { modules, motd } = settings;
  const { addresses, port, limits } = settings;
  const greetingMs = limits.preAuthenticationMs;
  const data = listening(() =>
    new DataPort(addresses, settings.dataPort, greetingMs, greetingMs * STREAM_TIMES)
  );
  const running = new Set<Promise<void>>();
  const turns = new Turns(BEGINNING);
  const crew = new AnswerCrew(log);
  // What sessions bind of the system stays bound between them.
  const { sys } = await openSys();
  const history = openHistory(sys, log);
  const probe = history && new IdleProbe({ history, log, times, modules: () => modules });
  prepareWorkers(PREPARED);
  const handlers: ServerOptions = {
    addresses,
    port,
    limits,
    version: VERSION,
    capabilities: CAPABILITIES,
    onListModules: () => listed(modules, motd),
    onSession: async (kind, link) => {
      const ends = probe?.begins();
      const run = new DaemonSession(kind, link, { modules, data, turns, limits, log, history })
        .run();
      running.add(run);
      await run.finally(() => {
        running.delete(run);
        ends?.();
      });
    },
    onAsk: async (question, sink) => {
      const ends = probe?.begins();
      await serveQuestion(question, sink, { modules, crew, log }).finally(() => ends?.());
    },
    onCarry: (request) => data.carry(request),
  };
  let server: ControlServer;
  try {
    server = startServer(handlers);
  } catch (error) {
    data.close();
    probe?.close();
    sys.end();
    throw error;
  }
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
      probe?.close();
      server.close();
      data.close();
      crew.close();
      dismissWorkers();
      history?.flush();
      sys.end();
    },
  };
}

/** Where sessions are remembered; undefined, and said why, where nowhere. */
function openHistory(sys: Sys, log: Log): DaemonHistory | undefined {
  const hanging = sys.hangingMounts().map((place) => new TextDecoder().decode(place));
  const history = openDaemonHistory(hanging);
  if (history !== undefined) log.debug(`Keeps its history in "${history.place.file}".`);
  else if (!isTurnedOff()) {
    log.info("Keeps no performance history: no place for it is known, or it may not answer.");
  }
  return history;
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
