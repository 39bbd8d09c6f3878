import { type FoundDaemon, rememberHosts, scan, SCAN_MS } from "../../core/discovery/mod.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { look, type LookingRun } from "../listing/run.ts";
import { cellText, tableLines } from "../listing/table.ts";
import { textOf } from "../run/text.ts";

const HEADING = ["ENDPOINT", "NAME", "HOST", "VERSION", "VIA", "MODULES"] as const;

/** `blit scan` */
export function run(invocation: Invocation): Promise<number> {
  const timeoutMs = timeoutOf(invocation);
  return look(invocation, (run) => run.attempt(() => printDaemons(run, timeoutMs)));
}

/** Prints each daemon as it is found, or at a terminal all in one table. */
async function printDaemons(run: LookingRun, timeoutMs: number): Promise<void> {
  const all: FoundDaemon[] = [];
  for await (const found of scan({ timeoutMs })) {
    all.push(found);
    run.entries++;
    if (run.json) run.printJson({ type: "found", ...found });
    else if (!run.terminal) printTable(run, [found]);
    run.out.flush();
    if (run.out.lost) break;
  }
  if (all.length === 0) run.tell(`No daemon answered within ${timeoutMs / 1000} s.`);
  else if (run.terminal && !run.json) printTable(run, all.sort(byName));
  rememberHosts(all);
}

function printTable(run: LookingRun, daemons: readonly FoundDaemon[]): void {
  const rows = daemons.map(cellsOf);
  for (const line of tableLines(rows, { terminal: run.terminal, heading: HEADING })) {
    run.out.text(`${line}\n`);
  }
}

/** Everything that comes from elsewhere is escaped, in a pipe too: a cell holds no tab. */
function cellsOf(found: FoundDaemon): string[] {
  const { endpoint, name, host, version, interfaces } = found;
  return [endpoint, name, host, version ?? "?", interfaces.join(", "), modulesOf(found)]
    .map(cellText);
}

/** Names of modules; those that the daemon had no room to name are counted. */
function modulesOf({ modules, moduleCount, defaultExport }: FoundDaemon): string {
  const more = moduleCount - modules.length;
  const names = [
    ...modules,
    ...more > 0 ? [modules.length > 0 ? `and ${more} more` : `${more}`] : [],
    ...defaultExport === true ? ["(default export)"] : [],
  ];
  return names.length === 0 ? "none" : names.join(", ");
}

function byName(one: FoundDaemon, other: FoundDaemon): number {
  return one.name.localeCompare(other.name, "en") || (one.endpoint < other.endpoint ? -1 : 1);
}

function timeoutOf(invocation: Invocation): number {
  const given = invocation.value("timeout");
  if (given === undefined) return SCAN_MS;
  const text = textOf(given, "timeout");
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= 3600) return seconds * 1000;
  throw new UsageError(
    `--timeout ${JSON.stringify(text)} is not a number of seconds from more than 0 to 3600.`,
    invocation.verb?.name,
  );
}
