import type { TransferSummary } from "../../core/transfer/events.ts";
import type { DeletionRequest, TransferOptions } from "../../core/transfer/options.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { Console } from "../output/console.ts";
import { HumanReporter } from "../output/human.ts";
import type { Reporter } from "../output/reporter.ts";
import { transferOptions } from "./options.ts";
import { rememberRun } from "./remember.ts";
import { runToEnd } from "./run_to_end.ts";

/** The engine's function for a verb. */
export type Transfer = (
  sources: readonly Argument[],
  destination: Argument,
  options: TransferOptions,
) => Promise<TransferSummary>;

/** Runs one of the verbs that transfer, from its command line to its exit code. */
export async function runTransfer(invocation: Invocation, transfer: Transfer): Promise<number> {
  const console = new Console();
  const options = await transferOptions(invocation);
  const asks = canAsk(invocation);
  const reporter = await openReporter(invocation, console, asks);
  if (!invocation.has("quiet")) {
    for (const note of invocation.notes) console.tell(`blit: ${note}`);
  }
  const interrupt = new AbortController();
  // A dry run says what would be done if the question were answered with yes.
  const confirm = invocation.has("yes") || (asks && invocation.has("dry-run"))
    ? () => true
    : asks
    ? questioner(console, reporter, interrupt.signal)
    : undefined;
  return await runToEnd({ console, reporter, interrupt }, async (listen) => {
    // Begun before anything is set up that only a longer run needs.
    const summary = await transfer(
      invocation.operands.slice(0, -1),
      invocation.operands.at(-1) ?? "",
      {
        ...options,
        ...(confirm && { confirm }),
        ...traceOption(invocation, console),
        signal: interrupt.signal,
        onBegin: listen,
        onEvent: (event) => reporter.event(event),
        reportEntries: reporter.wantsEntries,
        progressIntervalMs: reporter.progressIntervalMs,
        useHistory: true,
      },
    );
    reporter.finish(summary);
    await rememberRun(invocation.operands, options, summary);
    return summary.exitCode;
  });
}

/** Where the lines about data connections go, if they are wanted. */
export function traceOption(
  invocation: Invocation,
  console: Console,
): Pick<TransferOptions, "traceDataPlane"> {
  if (!invocation.has("trace-data-plane")) return {};
  return { traceDataPlane: (line) => console.tell(`blit: ${line}`) };
}

async function openReporter(
  invocation: Invocation,
  console: Console,
  asks: boolean,
): Promise<Reporter> {
  const verbose = invocation.has("verbose");
  const progress = invocation.has("progress");
  const dryRun = invocation.has("dry-run");
  if (invocation.has("json")) {
    const { JsonReporter } = await import("../output/json.ts");
    return new JsonReporter(console, { progress, entries: verbose || dryRun });
  }
  const quiet = invocation.has("quiet");
  const reporter = new HumanReporter(console, { verbose, quiet, progress, dryRun, asks });
  if (progress) await reporter.watch();
  return reporter;
}

/** Whether there is a deletion to ask about and somebody to ask. */
function canAsk(invocation: Invocation): boolean {
  const deletes = invocation.verb?.options.includes("force-delete") ?? false;
  return deletes && !invocation.has("yes") &&
    Deno.stdin.isTerminal() && Deno.stderr.isTerminal();
}

function questioner(
  console: Console,
  reporter: Reporter,
  signal: AbortSignal,
): (request: DeletionRequest) => Promise<boolean> {
  return async (request) => {
    reporter.clear();
    const { askToDelete } = await import("./question.ts");
    return await askToDelete(console, request, signal);
  };
}
