import type { LocalPath } from "../../endpoint/mod.ts";
import { destinationHalf, localTarget, placeSources, type Target } from "../../endpoint/target.ts";
import type { JobSource } from "../../movers/job.ts";
import type { Sys } from "../../sys/mod.ts";
import type { Work } from "../../transfer/options.ts";
import type { Module } from "../server.ts";
import { checkFacts, type GivenFact } from "./check_facts.ts";
import { parseModulePath } from "./module_path.ts";
import { readOnly } from "./read_only.ts";

/**
 * Decides where a daemon's sources go on the client, by the rule of `placeSources`. Writes
 * nothing.
 *
 * @throws {SessionError} for facts that cannot be
 * @throws {TransferError} for what cannot work
 */
export function placeLocally(
  sys: Sys,
  facts: readonly GivenFact[],
  destination: LocalPath,
  dryRun: boolean,
): JobSource[] {
  return place(sys, facts, localTarget(destination), dryRun);
}

/**
 * Decides where a client's sources go in a module, by the rule of `placeSources`. No link
 * is followed. Writes nothing.
 *
 * @throws {SessionError} for a read-only module, a path that is not within it, and facts that
 * cannot be
 * @throws {TransferError} for what cannot work
 */
export function placeInModule(
  sys: Sys,
  facts: readonly GivenFact[],
  module: Module,
  path: Uint8Array,
  work: Work,
  dryRun: boolean,
): JobSource[] {
  if (module.readOnly && work !== "check") throw readOnly(module);
  return place(sys, facts, parseModulePath(module, path), dryRun);
}

function place(
  sys: Sys,
  given: readonly GivenFact[],
  target: Target,
  dryRun: boolean,
): JobSource[] {
  const facts = checkFacts(given);
  const half = destinationHalf(sys, placeSources(sys, facts, target), dryRun);
  return facts.map(({ name, content }) => ({
    root: undefined,
    ...half,
    ...(content ? {} : { only: name }),
  }));
}
