import { Counter } from "../../movers/counters.ts";
import type { Work } from "../../transfer/options.ts";
import type { Module } from "../server.ts";

/** What the daemon's log says when a session begins. */
export function beginLine(
  peer: string,
  verb: Work,
  direction: "to" | "from",
  module: Module,
  paths: readonly Uint8Array[],
): string {
  const places = paths.map((path) => {
    const within = new TextDecoder().decode(path);
    return module.name === "" ? `//${within}` : `/${module.name}/${within}`;
  });
  return `Begins: ${verb} ${direction} ${places.join(", ")} for ${peer}.`;
}

/** How far a session came, by the counters of both ends. */
export function amountLine(
  own: readonly number[],
  other: readonly number[],
  elapsedMs: number,
): string {
  const total = (counter: number): number => (own[counter] ?? 0) + (other[counter] ?? 0);
  const files = total(Counter.FilesCreated) + total(Counter.FilesUpdated);
  const bytes = total(Counter.BytesTransferred);
  const failures = total(Counter.Failures);
  const failed = failures === 0 ? "" : `, ${counted(failures, "failure")}`;
  return `${counted(files, "file")}, ${counted(bytes, "byte")}${failed}, ` +
    `${(elapsedMs / 1000).toFixed(1)} s`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
