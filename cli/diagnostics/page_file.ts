import { TransferError } from "../../core/transfer/failure.ts";
import type { LookingRun } from "../listing/run.ts";
import { reasonOf } from "../output/reason.ts";
import { performancePage } from "./page.ts";
import type { Performance } from "./perf.ts";

/**
 * Writes the page to a file, or for `-` to standard output.
 *
 * @throws {TransferError} where the file cannot be written
 */
export async function writePage(
  run: LookingRun,
  performance: Performance,
  path: string,
): Promise<void> {
  const page = await performancePage(performance);
  if (path === "-") return run.out.text(page);
  try {
    await Deno.writeTextFile(path, page);
  } catch (error) {
    throw new TransferError("page", `Cannot write ${JSON.stringify(path)}: ${reasonOf(error)}.`);
  }
  run.tell(`Wrote ${JSON.stringify(path)}: open it in a browser.`);
}
