import { displayPath } from "../../core/entry/display.ts";
import type { CheckEvent } from "../../core/transfer/check_types.ts";
import type { FailureEvent } from "../../core/transfer/events.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { Console } from "../output/console.ts";
import { HumanReporter } from "../output/human.ts";

/** The longest word for a difference is `different`. */
const WIDTH = 9;

/** What every kind of check ends with. */
export interface Ending {
  readonly failures: readonly FailureEvent[];
  readonly failureCount: number;
  readonly exitCode: number;
}

/** Tells what a check finds: in words, or as JSON. */
export interface Teller {
  readonly reporter: {
    readonly progressIntervalMs: number;
    stop: HumanReporter["stop"];
    clear(): void;
  };
  event(event: CheckEvent): void;
  /** Tells what came of it: all of it to programs, a line to people. */
  finish(summary: Ending, line: string): void;
}

/** Opens what tells: in words for people, or as JSON. */
export async function openTeller(invocation: Invocation, console: Console): Promise<Teller> {
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
    finish: (summary, line) => reporter.end(line, summary),
  };
}
