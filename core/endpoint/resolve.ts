import type { JobSource } from "../movers/job.ts";
import type { Sys } from "../sys/mod.ts";
import type { Work } from "../transfer/options.ts";
import type { LocalPath } from "./local_path.ts";
import { refuseOverlap } from "./overlap.ts";
import { findSource, localSource, sourceHalf } from "./source.ts";
import { destinationHalf, localTarget, placeSources } from "./target.ts";

/**
 * Decides what goes where between two places on this machine, see `placeSources`. Writes nothing.
 *
 * @throws {TransferError} for what cannot work
 */
export function resolveSources(
  sys: Sys,
  verb: Work,
  sources: readonly LocalPath[],
  destination: LocalPath,
  dryRun: boolean,
  filtered: boolean,
): JobSource[] {
  const named = sources.map(localSource);
  const facts = named.map((source) => findSource(sys, source));
  const placement = placeSources(sys, facts, localTarget(destination));
  const renames = placement.as !== undefined;
  for (const [at, source] of sources.entries()) {
    const isDirectory = facts[at]?.isDirectory === true;
    refuseOverlap(sys, verb, source, isDirectory, destination, renames, filtered);
  }
  const half = destinationHalf(sys, placement, dryRun);
  return named.map((source) => ({ ...sourceHalf(source), ...half }));
}
