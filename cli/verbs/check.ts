import { check } from "../../core/transfer/check.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { checkLine } from "../check/line.ts";
import { openTeller } from "../check/teller.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { Console } from "../output/console.ts";
import { transferOptions } from "../run/options.ts";
import { runToEnd } from "../run/run_to_end.ts";
import { traceOption } from "../run/transfer.ts";

const INTERRUPTED = "Nothing was changed; the same command begins anew.";

/** `blit check SOURCE DESTINATION`, `blit check --manifest FILE TREE` */
export async function run(invocation: Invocation): Promise<number> {
  const console = new Console();
  const [source = "", destination] = invocation.operands;
  const options = await transferOptions(invocation);
  const tell = await openTeller(invocation, console);
  for (const note of invocation.notes) console.tell(`${invocation.program.name}: ${note}`);
  const interrupt = new AbortController();
  const means = { console, reporter: tell.reporter, interrupt, outcome: INTERRUPTED };
  if (invocation.has("manifest") || invocation.has("write-manifest")) {
    const { manifestWork } = await import("../check/manifest.ts");
    return await runToEnd(means, manifestWork(invocation, console, tell, interrupt.signal));
  }
  if (destination === undefined) {
    throw new UsageError("Give one source and one destination.", "check");
  }
  return await runToEnd(means, async (listen) => {
    listen();
    const summary = await check(source, destination, {
      ...options,
      ...traceOption(invocation, console),
      signal: interrupt.signal,
      onEvent: (event) => tell.event(event),
      progressIntervalMs: tell.reporter.progressIntervalMs,
    });
    tell.finish(summary, checkLine(summary));
    return summary.exitCode;
  });
}
