import { mirror } from "../../core/transfer/mod.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { runTransfer } from "../run/transfer.ts";

/** `blit mirror SOURCE DESTINATION` */
export function run(invocation: Invocation): Promise<number> {
  // The table lets exactly one source through.
  return runTransfer(
    invocation,
    ([source = ""], destination, options) => mirror(source, destination, options),
  );
}
