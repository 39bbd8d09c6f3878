import { move } from "../../core/transfer/mod.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { runTransfer } from "../run/transfer.ts";

/** `blit move SOURCE... DESTINATION` */
export function run(invocation: Invocation): Promise<number> {
  return runTransfer(invocation, move);
}
