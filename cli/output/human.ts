import { displayPath } from "../../core/entry/display.ts";
import type {
  EntryEvent,
  ProgressEvent,
  TransferEvent,
  TransferSummary,
  WarningEvent,
} from "../../core/transfer/events.ts";
import type { ProgressView } from "../progress/mod.ts";
import { mayColour, mayRedraw, red } from "./colour.ts";
import type { Console } from "./console.ts";
import { count, counted } from "./numbers.ts";
import type { Reporter, Stop } from "./reporter.ts";
import { summaryLine } from "./summary.ts";

/** What the user wants to hear. */
export interface HumanSettings {
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** Progress from the start, at a terminal or not. */
  readonly progress: boolean;
  readonly dryRun: boolean;
  /** Somebody will be asked before a deletion, so nobody needs to be told afterwards. */
  readonly asks: boolean;
}

/** Runs shorter than this show no progress unless asked to. */
const PATIENCE_MS = 1000;
const REDRAW_MS = 200;
/** Failures repeated at the end, where they cannot have scrolled away. */
const REPEATED_FAILURES = 20;
/** `remove-source` is the longest word for what happened. */
const ACTION_WIDTH = 13;

/** Tells people: results on stdout, failures and progress on stderr. */
export class HumanReporter implements Reporter {
  readonly wantsEntries: boolean;
  readonly progressIntervalMs: number;
  readonly #prefix: string;
  #view: ProgressView | undefined;
  #opening = false;
  #ended = false;

  constructor(readonly console: Console, readonly settings: HumanSettings) {
    const { verbose, quiet, progress, dryRun } = settings;
    this.wantsEntries = !quiet && (verbose || dryRun);
    const watched = progress || (!quiet && mayRedraw(console.people));
    this.progressIntervalMs = watched ? REDRAW_MS : 0;
    this.#prefix = mayColour(console.people) ? red("blit:") : "blit:";
  }

  event(event: TransferEvent): void {
    if (event.type === "entry") this.console.print(entryLine(event));
    else if (event.type === "failure") this.complain(event.message);
    else if (event.type === "progress") this.#progress(event);
    else this.#warn(event);
  }

  finish(summary: TransferSummary): void {
    this.end(summaryLine(summary), summary);
  }

  /** Tells what came of it in a line of its own, and once more what failed. */
  end(line: string, summary: Pick<TransferSummary, "failures" | "failureCount">): void {
    this.clear();
    this.#ended = true;
    if (!this.settings.quiet) {
      this.console.print(line);
      this.#repeatFailures(summary);
    }
    this.console.flush();
  }

  stop(reason: Stop): void {
    this.clear();
    this.#ended = true;
    this.complain(reason.message);
  }

  clear(): void {
    this.#view?.close();
    this.#view = undefined;
  }

  /** Makes ready to show progress. */
  async watch(): Promise<void> {
    const { openProgress } = await import("../progress/mod.ts");
    if (!this.#ended) this.#view = openProgress(this.console);
  }

  /** A sentence on stderr. */
  complain(sentence: string): void {
    this.console.tell(`${this.#prefix} ${sentence}`);
  }

  /** What keeps extras from going decides the exit code, so it is told even in a quiet run. */
  #warn({ code, message }: WarningEvent): void {
    const unconfirmed = code === "deletion-unconfirmed";
    if (unconfirmed && this.settings.asks) return;
    if (this.settings.quiet && !code.startsWith("deletion")) return;
    this.complain(unconfirmed ? `${message} Without a terminal it takes --yes.` : message);
  }

  #progress(event: ProgressEvent): void {
    if (!this.settings.progress && event.elapsedMs < PATIENCE_MS) return;
    if (this.#view) this.#view.update(event);
    else if (!this.#opening) void this.#open(event);
  }

  /** Loaded only now: short runs end without it. */
  async #open(event: ProgressEvent): Promise<void> {
    this.#opening = true;
    await this.watch();
    this.#opening = false;
    this.#view?.update(event);
  }

  #repeatFailures(summary: Pick<TransferSummary, "failures" | "failureCount">): void {
    if (summary.failureCount === 0) return;
    this.complain(`${counted(summary.failureCount, "entry", "entries")} failed:`);
    const shown = summary.failures.slice(0, REPEATED_FAILURES);
    for (const failure of shown) this.console.tell(`  ${failure.message}`);
    const more = summary.failureCount - shown.length;
    if (more > 0) this.console.tell(`  and ${count(more)} more`);
  }
}

function entryLine(event: EntryEvent): string {
  const slash = event.kind === "directory" ? "/" : "";
  // The destination itself has an empty path.
  return `${event.action.padEnd(ACTION_WIDTH)} ${displayPath(event.path) || "."}${slash}`;
}
