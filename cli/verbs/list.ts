import { UsageError } from "../arguments/usage_error.ts";
import type { Invocation } from "../arguments/invocation.ts";

/** `blit list HOST` */
export function run(invocation: Invocation): Promise<number> {
  throw new UsageError(
    "This version of blit does not know the verb list yet.",
    invocation.verb?.name,
  );
}
