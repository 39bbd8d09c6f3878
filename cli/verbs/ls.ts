import { UsageError } from "../arguments/usage_error.ts";
import type { Invocation } from "../arguments/invocation.ts";

/** `blit ls ENDPOINT...` */
export function run(invocation: Invocation): Promise<number> {
  throw new UsageError(
    "This version of blit does not know the verb ls yet.",
    invocation.verb?.name,
  );
}
