import type { Invocation } from "../arguments/invocation.ts";
import { closest } from "../arguments/suggest.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { look } from "../listing/run.ts";
import { textOf } from "../run/text.ts";

const PARTS = ["perf", "dump"] as const;
/** Runs that are shown unless told, in a table and in a page. */
const RUNS = 20;
const PAGE_RUNS = 100;

/** `blit diagnostics perf [--daemon] [--html FILE]` and `blit diagnostics dump` */
export function run(invocation: Invocation): Promise<number> {
  const part = partOf(invocation);
  const limit = limitOf(invocation);
  const given = invocation.value("html");
  const page = given === undefined ? undefined : textOf(given, "html");
  const whose = invocation.has("daemon") ? "daemon" : "own";
  if (part === "dump" && (limit !== undefined || page !== undefined || whose === "daemon")) {
    throw new UsageError("--daemon, --limit and --html are for perf.", invocation.verb?.name);
  }
  if (page !== undefined && invocation.has("json")) {
    throw new UsageError("--html and --json are two forms of the same: give one.", "diagnostics");
  }
  return look(invocation, (run) =>
    run.attempt(async () => {
      if (part === "dump") return (await import("../diagnostics/dump.ts")).printDump(run);
      const { printPerf, readPerformance } = await import("../diagnostics/perf.ts");
      const most = limit ?? (page === undefined ? RUNS : PAGE_RUNS);
      const performance = readPerformance(run, most, whose);
      if (performance === undefined) return;
      if (page === undefined) return printPerf(run, performance);
      await (await import("../diagnostics/page_file.ts")).writePage(run, performance, page);
    }));
}

function partOf({ operands, verb }: Invocation): (typeof PARTS)[number] {
  const [given = ""] = operands;
  const part = PARTS.find((part) => part === given);
  if (part !== undefined) return part;
  const meant = typeof given === "string" ? closest(given, PARTS) : undefined;
  const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
  throw new UsageError(
    `There are ${PARTS.join(" and ")}, and no ${JSON.stringify(String(given))}.${hint}`,
    verb?.name,
  );
}

function limitOf(invocation: Invocation): number | undefined {
  const given = invocation.value("limit");
  if (given === undefined) return undefined;
  const text = textOf(given, "limit");
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new UsageError(
    `--limit ${JSON.stringify(text)} is not a number from 1 to 99999.`,
    invocation.verb?.name,
  );
}
