import type { Argument } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";

/** A value that has to be text. */
export function textOf(value: Argument, option: string): string {
  if (typeof value === "string") return value;
  throw new UsageError(`The value of --${option} is not UTF-8.`);
}
