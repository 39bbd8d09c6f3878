import type { Sink } from "./console.ts";

/**
 * Whether text for this stream may be coloured: only at a terminal that can, and never when
 * NO_COLOR is set to something (https://no-color.org).
 */
export function mayColour(sink: Sink): boolean {
  return sink.isTerminal() && !variable("NO_COLOR") && variable("TERM") !== "dumb";
}

/** Whether lines can be redrawn in place. */
export function mayRedraw(sink: Sink): boolean {
  return sink.isTerminal() && variable("TERM") !== "dumb";
}

/** An environment variable, or undefined where reading it is not allowed. */
function variable(name: string): string | undefined {
  // Asked first, because Deno would put a question to the user.
  const permission = Deno.permissions.querySync({ name: "env", variable: name });
  return permission.state === "granted" ? Deno.env.get(name) : undefined;
}

/** Bold red, for the word before an error. */
export function red(text: string): string {
  return `\x1b[1;31m${text}\x1b[0m`;
}
