import { copy } from "../../core/transfer/mod.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { runTransfer } from "../run/transfer.ts";

/** `blit copy SOURCE... DESTINATION` */
export function run(invocation: Invocation): Promise<number> {
  return runTransfer(invocation, copy);
}
