import type { Invocation } from "../arguments/invocation.ts";
import { printModules } from "../listing/modules.ts";
import { look } from "../listing/run.ts";

/** `blit list HOST` */
export function run(invocation: Invocation): Promise<number> {
  // The table lets exactly one through.
  const [host = ""] = invocation.operands;
  return look(invocation, (run) => run.attempt(() => printModules(run, host)));
}
