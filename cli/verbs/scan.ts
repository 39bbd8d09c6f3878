import { UsageError } from "../arguments/usage_error.ts";
import type { Invocation } from "../arguments/invocation.ts";

/** `blit scan` */
export function run(invocation: Invocation): Promise<number> {
  throw new UsageError(
    "This version of blit does not know the verb scan yet.",
    invocation.verb?.name,
  );
}
