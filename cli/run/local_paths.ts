import type { Argument } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";

/**
 * Refuses what reads as a place on another machine, `host:/path`: taken as a local name it would
 * make a directory called `host:`.
 */
export function refuseRemote(paths: readonly Argument[], verb?: string): void {
  for (const path of paths) {
    const text = typeof path === "string" ? path : new TextDecoder("latin1").decode(path);
    const colon = text.indexOf(":");
    const slash = text.search(/[/\\]/);
    const isDrive = colon === 1 && /^[a-z]:([/\\]|$)/i.test(text);
    const isUrl = /^file:\/\//.test(text);
    if (colon <= 0 || (slash >= 0 && slash < colon) || isDrive || isUrl) continue;
    const shown = typeof path === "string" ? JSON.stringify(path) : "The path";
    throw new UsageError(
      `${shown} reads as a place on another machine, which this version of blit cannot reach. ` +
        `For a local path with a colon in its name, write ./ before it.`,
      verb,
    );
  }
}
