import type { Invocation } from "../cli/arguments/invocation.ts";
import { Console } from "../cli/output/console.ts";
import type { DaemonSettings, Log, LogLevel, StartServer } from "../core/remote/server.ts";
import { openSys } from "../core/sys/mod.ts";
import type { Config } from "./config/mod.ts";
import { exportLines, exposureWarning, reachLine } from "./exports.ts";
import { openLog } from "./log/mod.ts";
import { makePlan, type Plan } from "./settings.ts";
import { watchSignals } from "./signals.ts";

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
  const server = await started(start, plan.settings, log);
  if (server === undefined) return 1;
  const ports = `port ${server.port}, data port ${server.dataPort}`;
  log.info(reachLine("Listening", plan.settings.addresses, ports));
  let current = plan;
  for (;;) {
    const signal = await signals.next();
    if (signal !== "reload") break;
    current = await reloaded(current, load, log);
    server.reload(current.settings.modules, current.settings.motd);
  }
  log.info(`Stopping: sessions have ${DRAIN_MS / 1000} s to end.`);
  const drained = server.drain(DRAIN_MS).then(() => "drained" as const);
  const outcome = await Promise.race([drained, signals.nextStop()]);
  if (outcome === "stop") log.warning("Stopping at once, sessions are cut off.");
  server.close();
  log.info("Stopped.");
  return 0;
}

/** `--check`: what would be exported to whom. */
function check(console: Console, plan: Plan): number {
  const { addresses, port, dataPort } = plan.settings;
  for (const warning of plan.warnings) console.tell(`blit-daemon: ${warning}`);
  for (const line of exportLines(plan.settings.modules)) console.print(line);
  const data = dataPort === 0 ? "any free data port" : `data port ${dataPort}`;
  const control = port === 0 ? "any free port" : `port ${port}`;
  console.print(reachLine("Would listen", addresses, `${control}, ${data}`));
  const exposure = exposureWarning(plan.settings);
  if (exposure !== undefined) console.print(exposure);
  console.flush();
  return 0;
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
): Promise<Awaited<ReturnType<StartServer>> | undefined> {
  try {
    return await start(settings, log);
  } catch (error) {
    log.error(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** The new plan, or the old one where the new cannot be had. */
async function reloaded(current: Plan, load: () => Promise<Plan>, log: Log): Promise<Plan> {
  try {
    const plan = await load();
    log.info("The configuration was read again; sessions that run keep what they began with.");
    announce(log, plan);
    for (const key of ["addresses", "port", "dataPort"] as const) {
      if (String(plan.settings[key]) === String(current.settings[key])) continue;
      log.warning("Addresses and ports stay as they are until the daemon is started again.");
      break;
    }
    // What it listens on has not changed, so the next reload is compared with that.
    const { addresses, port, dataPort } = current.settings;
    return { ...plan, settings: { ...plan.settings, addresses, port, dataPort } };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    for (const line of said.split("\n")) log.error(line);
    log.error("The configuration was not changed, because what was read cannot be used.");
    return current;
  }
}

/** `BLIT_LOG=debug` shows more; a debugging switch. */
function leastLevel(): LogLevel {
  const permission = Deno.permissions.querySync({ name: "env", variable: "BLIT_LOG" });
  if (permission.state !== "granted") return "info";
  return Deno.env.get("BLIT_LOG") === "debug" ? "debug" : "info";
}
