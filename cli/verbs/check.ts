import { check } from "../../core/transfer/check.ts";
import type { CheckEvent, CheckSummary } from "../../core/transfer/check_types.ts";
import { displayPath } from "../../core/entry/display.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { Console } from "../output/console.ts";
import { HumanReporter } from "../output/human.ts";
import { count, counted, duration } from "../output/numbers.ts";
import { transferOptions } from "../run/options.ts";
import { runToEnd } from "../run/run_to_end.ts";
import { traceOption } from "../run/transfer.ts";

/** The longest word for a difference is `different`. */
const WIDTH = 9;

/** `blit check SOURCE DESTINATION` */
export async function run(invocation: Invocation): Promise<number> {
  const console = new Console();
  const [source = "", destination = ""] = invocation.operands;
  const options = await transferOptions(invocation);
  const tell = await openTeller(invocation, console);
  for (const note of invocation.notes) console.tell(`${invocation.program.name}: ${note}`);
  const interrupt = new AbortController();
  return await runToEnd({ console, reporter: tell.reporter, interrupt }, async () => {
    const summary = await check(source, destination, {
      ...options,
      ...traceOption(invocation, console),
      signal: interrupt.signal,
      onEvent: (event) => tell.event(event),
      progressIntervalMs: tell.reporter.progressIntervalMs,
    });
    tell.finish(summary);
    return summary.exitCode;
  });
}

/** Tells what a check finds: in words, or as JSON. */
interface Teller {
  readonly reporter: {
    readonly progressIntervalMs: number;
    stop: HumanReporter["stop"];
    clear(): void;
  };
  event(event: CheckEvent): void;
  finish(summary: CheckSummary): void;
}

async function openTeller(invocation: Invocation, console: Console): Promise<Teller> {
  const progress = invocation.has("progress");
  if (invocation.has("json")) {
    const { JsonReporter } = await import("../output/json.ts");
    const reporter = new JsonReporter(console, { progress, entries: true });
    return {
      reporter,
      event: (event) => reporter.event(event),
      finish: (summary) => reporter.finish(summary),
    };
  }
  const quiet = invocation.has("quiet");
  const settings = { verbose: false, quiet, progress, dryRun: false, asks: false };
  const reporter = new HumanReporter(console, settings);
  if (progress) await reporter.watch();
  return {
    reporter,
    event: (event) => {
      if (event.type !== "difference") reporter.event(event);
      else if (!quiet) {
        const slash = event.kind === "directory" ? "/" : "";
        const path = displayPath(event.path) || ".";
        console.print(`${event.difference.padEnd(WIDTH)} ${path}${slash}`);
      }
    },
    finish: (summary) => reporter.end(checkLine(summary), summary),
  };
}

/** What a check has found, in one line. */
export function checkLine(summary: CheckSummary): string {
  const parts: string[] = [];
  const add = (number: number, words: string): void => {
    if (number > 0) parts.push(`${count(number)} ${words}`);
  };
  add(summary.missing, "missing");
  add(summary.extra, "extra");
  add(summary.different, "different");
  add(summary.metadata, "with other metadata");
  add(summary.failureCount, "failed");
  const entries = counted(summary.entriesScanned, "entry", "entries");
  const time = duration(summary.elapsedMs);
  if (parts.length === 0) return `No difference: ${entries} compared in ${time}`;
  return `${entries} compared in ${time}: ${parts.join(", ")}`;
}
