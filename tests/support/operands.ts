import { resolve } from "node:path";
import type { Daemon } from "./daemon.ts";

/** Which ends of every run stand behind a daemon. */
export type Ends = "push" | "pull" | "relay";

const TRANSFERS = ["check", "copy", "mirror", "move"];

/** Options whose value is the next word. */
const WITH_VALUE = new Set([
  ...["--backup-dir", "--exclude", "--exclude-from", "--files-from", "--include", "--workers"],
  ...["--max-age", "--max-size", "--min-age", "--min-size"],
]);

/**
 * The command line of a transfer with its operands behind a daemon that exports `/`: what was
 * written as a test of local transfers becomes one of transfers between hosts.
 */
export function behindDaemon(
  args: readonly string[],
  cwd: string,
  daemon: Daemon,
  ends: Ends,
): readonly string[] {
  if (!TRANSFERS.includes(args[0] ?? "")) return args;
  const operands: number[] = [];
  let bare = false;
  for (let at = 1; at < args.length; at++) {
    const word = args[at] ?? "";
    if (!bare && word === "--") bare = true;
    else if (!bare && WITH_VALUE.has(word)) at++;
    else if (bare || !word.startsWith("-")) operands.push(at);
  }
  if (operands.length < 2) return args;
  const destination = operands.at(-1);
  return args.map((word, at) => {
    const isRemote = at === destination ? ends !== "pull" : ends !== "push";
    if (!operands.includes(at) || !isRemote) return word;
    const slash = /(^|\/)\.{0,2}\/*$/.test(word) ? "/" : "";
    return daemon.endpoint(
      `${resolve(cwd, word)}${slash}`.replace(/^\/+/, "").replace(/\/+$/, slash),
    );
  });
}
