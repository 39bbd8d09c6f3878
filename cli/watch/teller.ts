import { displayPath } from "../../core/entry/display.ts";
import type { TransferEvent } from "../../core/transfer/events.ts";
import type { WatchEvent } from "../../core/watch/mod.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { mayRedraw } from "../output/colour.ts";
import type { Console } from "../output/console.ts";
import { count, counted } from "../output/numbers.ts";
import type { Stop } from "../output/reporter.ts";
import { summaryLine } from "../output/summary.ts";

/** Tells what a watcher does. */
export interface WatchTeller {
  readonly wantsEntries: boolean;
  event(event: WatchEvent | TransferEvent): void;
  stop(reason: Stop): void;
  clear(): void;
  /** It was ended as is meant. */
  end(): void;
}

/** In JSON for programs, else in words. */
export async function openWatchTeller(
  invocation: Invocation,
  console: Console,
): Promise<WatchTeller> {
  if (!invocation.has("json")) {
    return new WatchWords(console, invocation.has("quiet"), invocation.has("verbose"));
  }
  const { jsonLine } = await import("../output/json.ts");
  const print = (event: object): void => {
    console.print(jsonLine(event));
    console.flush();
  };
  return {
    wantsEntries: invocation.has("verbose"),
    event: print,
    stop: (reason) => print({ type: "error", ...reason }),
    clear() {},
    end() {},
  };
}

/** One calm line at a terminal; elsewhere a line for what was done. */
class WatchWords implements WatchTeller {
  readonly #redraws: boolean;
  #drawn = false;

  constructor(
    readonly console: Console,
    readonly quiet: boolean,
    readonly wantsEntries: boolean,
  ) {
    this.#redraws = !quiet && mayRedraw(console.people);
  }

  event(event: WatchEvent | TransferEvent): void {
    if (event.type === "failure" || event.type === "warning") {
      this.clear();
      this.console.tell(`blit: ${event.message}`);
    } else if (event.type === "entry") {
      this.clear();
      this.console.print(`${event.action.padEnd(13)} ${displayPath(event.path) || "."}`);
      this.console.flush();
    } else if (event.type === "watching") this.#watching(event.directories);
    else if (event.type === "state") this.#draw(stateLine(event.state, event.directories));
    else if (event.type === "swept") this.#swept(event);
  }

  stop(reason: Stop): void {
    this.clear();
    this.console.tell(`blit: ${reason.message}`);
  }

  clear(): void {
    if (this.#drawn) this.console.draw("\r\x1b[K");
    this.#drawn = false;
  }

  end(): void {
    this.clear();
  }

  #watching(directories: number | undefined): void {
    if (this.quiet) return;
    this.clear();
    const what = directories === undefined
      ? "both trees"
      : counted(directories, "directory", "directories");
    this.console.tell(`blit: Watching ${what}.`);
  }

  #swept({ summary }: Extract<WatchEvent, { type: "swept" }>): void {
    // A watcher that mirrors says what it did, and nothing of having found nothing.
    if (this.quiet || summary.dryRun) return;
    const line = summaryLine(summary);
    if (line.startsWith("nothing")) return;
    this.clear();
    this.console.print(line);
    this.console.flush();
  }

  #draw(line: string): void {
    if (!this.#redraws) return;
    this.console.draw(`\r\x1b[K${line}`);
    this.#drawn = true;
  }
}

function stateLine(state: string, directories: number | undefined): string {
  if (state === "clean") return "clean: nothing to do";
  if (directories === undefined) return state === "sweeping" ? "comparing" : "changed";
  const where = `${count(directories)} ${directories === 1 ? "directory" : "directories"}`;
  return state === "sweeping" ? `comparing ${where}` : `changed: ${where}`;
}
