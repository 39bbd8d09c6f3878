import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { PackedNames, unpackNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import type { FailureCode } from "../movers/outbox.ts";
import type { LoggedEntries } from "../movers/run_log.ts";
import type { Name } from "../sys/mod.ts";
import type { Holders } from "./emptiable.ts";
import type { FinishingRun } from "./finishing_run.ts";

/** Entries that directories keep from their place. */
export interface Blocked {
  /** Of those directories that can be deleted. */
  readonly clearable: readonly LoggedEntries[];
  /** Of those that hold what filters keep. */
  readonly kept: readonly LoggedEntries[];
}

/** Parts the entries whose place becomes free from those whose place does not. */
export function partBlocked(blocked: readonly LoggedEntries[], holders: Holders): Blocked {
  if (holders.isEmpty) return { clearable: blocked, kept: [] };
  const clearable: LoggedEntries[] = [];
  const kept: LoggedEntries[] = [];
  for (const { source, path, names } of blocked) {
    const free = new PackedNames();
    const taken = new PackedNames();
    for (const name of namesOf(names)) {
      const isHeld = holders.has({ source, path: joinPath(path, name) });
      (isHeld ? taken : free).add(name, Kind.Unknown);
    }
    for (const [list, packed] of [[clearable, free], [kept, taken]] as const) {
      const { count } = packed;
      if (count > 0) list.push({ source, path, names: packed.finish(), count });
    }
  }
  return { clearable, kept };
}

/** Lists entries whose place does not become free as failures. */
export function failBlocked(
  { context }: FinishingRun,
  blocked: readonly LoggedEntries[],
  code: FailureCode,
): void {
  for (const { source, path, names } of blocked) {
    for (const name of namesOf(names)) {
      context.fail("destination", source, path, name, "replace", code);
    }
  }
  context.outbox.flush();
}

/** Names one by one, each a copy. */
export function* namesOf(packed: Uint8Array): Generator<Name> {
  const names = new NameTable();
  for (let at = 0; at < packed.length;) {
    at = unpackNames(packed, at, names);
    for (let index = 0; index < names.count; index++) yield names.copy(index);
  }
}
