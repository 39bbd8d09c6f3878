import { provenClean } from "../../core/transfer/proven_clean.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { Console } from "../output/console.ts";
import { summaryLine } from "../output/summary.ts";
import { transferOptions } from "../run/options.ts";

/**
 * Asks a resident watcher whether a mirror has anything to do, and if it has not, tells of its
 * end as any mirror does, and gives its exit code.
 */
export async function tellIfProven(invocation: Invocation): Promise<number | undefined> {
  const [source = "", destination = ""] = invocation.operands;
  const options = await transferOptions(invocation);
  const summary = await provenClean(source, destination, options);
  if (summary === undefined) return undefined;
  const console = new Console();
  if (invocation.has("json")) {
    const { jsonLine } = await import("../output/json.ts");
    console.print(jsonLine({ type: "summary", ...summary }));
  } else if (!invocation.has("quiet")) {
    for (const note of invocation.notes) console.tell(`blit: ${note}`);
    console.print(summaryLine(summary));
  }
  return console.finish(0);
}
