import { Kind } from "../entry/kind.ts";
import { NameTable } from "../entry/names.ts";
import { PackedNames, unpackNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import type { FailureCode } from "../movers/outbox.ts";
import type { LoggedEntries, LoggedGroup, RunLog } from "../movers/run_log.ts";
import type { Name } from "../sys/mod.ts";
import type { Holders } from "./emptiable.ts";
import type { Blocked, FinishingRun } from "./finishing_run.ts";

/** Parts the entries whose place becomes free from those whose directory holds what stays. */
export function partBlocked(
  { blocked, blockedLinks }: RunLog,
  holders: Holders,
): { readonly clearable: Blocked; readonly kept: Blocked } {
  if (holders.isEmpty) {
    return {
      clearable: { entries: blocked, links: blockedLinks },
      kept: { entries: [], links: [] },
    };
  }
  const part = (isHeld: boolean): Blocked => ({
    entries: blocked.map((one) => partEntries(one, holders, isHeld)).filter(({ count }) =>
      count > 0
    ),
    links: blockedLinks.map((one) => partGroup(one, holders, isHeld)).filter(({ names }) =>
      names.length > 0
    ),
  });
  return { clearable: part(false), kept: part(true) };
}

/** Those named entries of a directory that hold what stays, or those that do not. */
export function partEntries(
  logged: LoggedEntries,
  holders: Holders,
  isHeld: boolean,
): LoggedEntries {
  const { source, path } = logged;
  const packed = new PackedNames();
  for (const name of namesOf(logged.names)) {
    const isWanted = holders.has({ source, path: joinPath(path, name) }) === isHeld;
    if (isWanted) packed.add(name, Kind.Unknown);
  }
  return { source, path, names: packed.finish(), count: packed.count };
}

function partGroup(group: LoggedGroup, holders: Holders, isHeld: boolean): LoggedGroup {
  const { source } = group;
  const names = group.names.filter(({ path, name }) =>
    holders.has({ source, path: joinPath(path, name) }) === isHeld
  );
  return { ...group, names };
}

/** Lists entries whose place does not become free as failures. */
export function failBlocked(
  { context }: FinishingRun,
  { entries, links }: Blocked,
  code: FailureCode,
): void {
  const fail = (source: number, path: Name, name: Name): void =>
    context.fail("destination", source, path, name, "replace", code);
  for (const { source, path, names } of entries) {
    for (const name of namesOf(names)) fail(source, path, name);
  }
  for (const { source, names } of links) {
    for (const { path, name } of names) fail(source, path, name);
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
