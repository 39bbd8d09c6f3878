import type { Argument } from "./invocation.ts";

/** The arguments, with the bytes of those that are not UTF-8; loads what that takes only then. */
export async function exactArguments(texts: readonly string[]): Promise<readonly Argument[]> {
  // U+FFFD stands in Deno.args where bytes were lost.
  if (!texts.some((text) => text.includes("\u{fffd}"))) return texts;
  return await (await import("./raw.ts")).recoverArguments(texts);
}
