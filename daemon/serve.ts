import type { Invocation } from "../cli/arguments/invocation.ts";
import { Console } from "../cli/output/console.ts";
import type {
  DaemonSettings,
  Log,
  LogLevel,
  SessionServer,
  StartServer,
} from "../core/remote/server.ts";
import { openSys } from "../core/sys/mod.ts";
import type { Config } from "./config/mod.ts";
import { advertise } from "./advertise.ts";
import { advertiseLine, exportLines, exposureWarning, reachLine } from "./exports.ts";
import { openLog } from "./log/mod.ts";
import { makePlan, type Plan } from "./settings.ts";
import { type SignalWatch, watchSignals } from "./signals.ts";

/** How long sessions have to end by themselves. */
const DRAIN_MS = 10_000;

/**
 * Runs the daemon until a signal stops it, and gives its exit code.
 *
 * @throws {UsageError} for a command line that cannot be served
 * @throws {ConfigError} for a file that cannot be served
 */
export async function serve(invocation: Invocation, start: StartServer): Promise<number> {
  const console = new Console();
  const { sys, warning } = await openSys();
  const load = async (): Promise<Plan> => makePlan(invocation, await loadConfig(invocation), sys);
  const plan = await load();
  if (invocation.has("check")) return check(console, plan);
  const log = openLog(console, {
    json: !console.people.isTerminal(),
    least: leastLevel(),
  });
  // Before what signals do is decided, they would end the process without a word.
  using signals = watchSignals();
  if (warning !== undefined) log.warning(warning);
  announce(log, plan);
  outliveDefects(log);
  const server = await started(start, plan.settings, log);
  if (server === undefined) return 1;
  const ports = `port ${server.port}, data port ${server.dataPort}`;
  log.info(reachLine("Listening", plan.settings.addresses, ports));
  const advertising = await advertise(plan, server, log);
  let current = plan;
  for (;;) {
    const signal = await signals.next();
    if (signal !== "reload") break;
    const next = await reloaded(current, load, log);
    if (next === undefined) continue;
    current = next;
    server.reload(current.settings.modules, current.settings.motd);
    await advertising.reload(current);
  }
  await advertising.stop();
  await stopped(server, signals, log);
  return 0;
}

/** Lets sessions end, as long as nobody is in a hurry, and closes. */
async function stopped(server: SessionServer, signals: SignalWatch, log: Log): Promise<void> {
  log.info(`Stopping: sessions have ${DRAIN_MS / 1000} s to end.`);
  const outcome = await Promise.race([
    server.drain(DRAIN_MS).then(() => "drained", (error) => sentenceOf(error)),
    signals.nextStop(),
    // Whatever keeps the server: the supervisor that sent the signal waits only so long.
    new Promise<string>((resolve) => setTimeout(resolve, DRAIN_MS + 3000, "late")),
  ]);
  if (outcome !== "drained") log.warning("Stopping at once, sessions are cut off.");
  server.close();
  log.info("Stopped.");
}

/** A defect in one session ends that session's promise, not the daemon and all other sessions. */
function outliveDefects(log: Log): void {
  const report = (defect: unknown): void => {
    const said = defect instanceof Error ? defect.stack ?? defect.message : String(defect);
    log.error(`A defect: ${said}`);
  };
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    report(event.reason);
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    report(event.error);
  });
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `--check`: what would be exported to whom. */
function check(console: Console, plan: Plan): number {
  const { addresses, port, dataPort } = plan.settings;
  for (const warning of plan.warnings) console.tell(`blit-daemon: ${warning}`);
  for (const line of exportLines(plan.settings.modules)) console.print(line);
  const data = dataPort === 0 ? "any free data port" : `data port ${dataPort}`;
  const control = port === 0 ? "any free port" : `port ${port}`;
  console.print(reachLine("Would listen", addresses, `${control}, ${data}`));
  console.print(advertiseLine(plan));
  const exposure = exposureWarning(plan.settings);
  if (exposure !== undefined) console.print(exposure);
  return console.finish(0);
}

/** The file, if there is one. One that was named has to be there. */
async function loadConfig(invocation: Invocation): Promise<Config | undefined> {
  const { loadNamed } = await import("./load.ts");
  return loadNamed(invocation.value("config"));
}

function announce(log: Log, { settings, warnings }: Plan): void {
  for (const warning of warnings) log.warning(warning);
  for (const line of exportLines(settings.modules)) log.info(line);
  const exposure = exposureWarning(settings);
  if (exposure !== undefined) log.warning(exposure);
}

async function started(
  start: StartServer,
  settings: DaemonSettings,
  log: Log,
): Promise<SessionServer | undefined> {
  try {
    return await start(settings, log);
  } catch (error) {
    log.error(sentenceOf(error));
    return undefined;
  }
}

/** The new plan, or undefined where it cannot be had. */
async function reloaded(
  current: Plan,
  load: () => Promise<Plan>,
  log: Log,
): Promise<Plan | undefined> {
  try {
    const plan = await load();
    log.info("The configuration was read again; sessions that run keep what they began with.");
    announce(log, plan);
    const { addresses, port, dataPort } = current.settings;
    const listens = ({ settings }: Plan): string =>
      [...settings.addresses, settings.port, settings.dataPort].join();
    if (listens(plan) !== listens(current)) {
      log.warning("Addresses and ports stay as they are until the daemon is started again.");
    }
    return { ...plan, settings: { ...plan.settings, addresses, port, dataPort } };
  } catch (error) {
    for (const line of sentenceOf(error).split("\n")) log.error(line);
    log.error("The configuration was not changed, because what was read cannot be used.");
    return undefined;
  }
}

/** `BLIT_LOG=debug` shows more; a debugging switch. */
function leastLevel(): LogLevel {
  const permission = Deno.permissions.querySync({ name: "env", variable: "BLIT_LOG" });
  if (permission.state !== "granted") return "info";
  return Deno.env.get("BLIT_LOG") === "debug" ? "debug" : "info";
}
