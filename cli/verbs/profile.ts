import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { look } from "../listing/run.ts";
import { Interrupted } from "../run/interrupt.ts";

/** `blit-utils profile [--probe [ENDPOINT]]` */
export async function run(invocation: Invocation): Promise<number> {
  const [endpoint] = invocation.operands;
  if (!invocation.has("probe") && endpoint !== undefined) {
    throw new UsageError("An endpoint is measured, and that takes --probe.", invocation.verb?.name);
  }
  try {
    return await look(invocation, (run) =>
      run.attempt(async () => {
        if (invocation.has("probe")) {
          await (await import("../profile/probe.ts")).printProbe(run, endpoint ?? ".");
        } else (await import("../profile/history.ts")).printHistory(run);
      }));
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    throw error;
  }
}
