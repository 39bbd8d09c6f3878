import { nameOf } from "../entry/display.ts";
import { Kind } from "../entry/kind.ts";
import { unpackNames } from "../entry/packed.ts";
import { joinPath } from "../entry/path.ts";
import { compareBatch } from "../deliver/compare_batch.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { type Task, task as newTask, TaskFlag, TaskKind } from "../movers/task.ts";
import { type CompareRules, Need } from "../plan/mod.ts";
import { closePlace, isAbsent, openPlace, type Place, scanBatch } from "../scan/mod.ts";
import { targetNames } from "./batch.ts";
import { keepShadowed } from "./earlier_sources.ts";

/**
 * Removes from a source directory what has arrived: each entry is compared once more with its
 * copy and goes only if it is the same. Directories are logged and removed at the end, if empty.
 * In a dry run nothing has arrived: then what would have been transferred counts.
 */
export function processRemove(context: MoverContext, task: Task): void {
  const place = openPlace(context, task);
  // It is not known what the directory holds: it stays, and a dry run must not say otherwise.
  const keep = (): void => void context.log.kept.push({ source: task.source, path: task.path });
  if (place === undefined) return keep();
  const { sys, names } = context;
  const scanned = context.counters[Counter.Scanned]!;
  const total = context.counters[Counter.BytesTotal]!;
  if (task.names.length > 0) {
    unpackNames(task.names, 0, names);
    removeBatch(context, place, task);
  } else {
    let count = 0;
    while (!context.stopping && (count = sys.list(place.source, names)) > 0) {
      removeBatch(context, place, task);
    }
    if (count < 0) {
      context.fail("source", task.source, task.path, nameOf(""), "list", count);
      keep();
    }
  }
  context.counters[Counter.Scanned] = scanned; // the transfer has counted them
  context.counters[Counter.BytesTotal] = total;
  closePlace(context, place);
}

/**
 * An entry has arrived when it is the same, even if it was to be transferred in any case, or was
 * not to be once it is there.
 */
export function arrivalRules(context: MoverContext): CompareRules {
  const { rules } = context.job;
  const mode = rules.mode === "always" ? "size-mtime" : rules.mode;
  return { ...rules, mode, ignoreExisting: false };
}

/**
 * Whether `--ignore-existing` has left something else alone at the destination: then the source
 * keeps its own, and that is no failure (as rsync's --remove-source-files does).
 */
export function isLeftAlone(context: MoverContext, need: number): boolean {
  return context.job.rules.ignoreExisting && need !== Need.Same && need !== Need.Create;
}

function removeBatch(context: MoverContext, place: Place, task: Task): void {
  const { names, needs, job } = context;
  const targets = targetNames(context, task.source, names);
  scanBatch(context, place, names);
  keepShadowed(context, place, names);
  compareBatch(context, place, names, targets, arrivalRules(context));
  let left = names.count;
  for (let index = 0; index < names.count && !context.stopping; index++) {
    const need = needs[index]!; // in the batch
    const kind = names.kinds[index]!;
    if (need === Need.None || need === Need.Skip) continue;
    if (isLeftAlone(context, need)) continue;
    if (need === Need.Blocked || (need !== Need.Same && kind !== Kind.Directory && !job.dryRun)) {
      if ((task.flags & TaskFlag.Tell) !== 0) {
        const name = names.copy(index);
        context.fail("source", task.source, task.path, name, "remove", "NOT_ARRIVED");
      }
      continue;
    }
    left--;
    if (kind === Kind.Directory) {
      const path = joinPath(place.path, names.copy(index));
      context.log.emptied.push({ source: task.source, path });
      const flags = (task.flags & TaskFlag.Tell) |
        (job.dryRun && need !== Need.Same ? TaskFlag.Absent : 0);
      context.stack.push(newTask(TaskKind.Remove, task.source, path, { flags }));
      continue;
    }
    const result = job.dryRun ? 0 : context.sys.unlink(place.source, names.at(index));
    if (result < 0 && !isAbsent(result)) {
      context.fail("source", task.source, task.path, names.copy(index), "remove", result);
      continue;
    }
    context.count(Counter.Moved);
    context.entry("remove-source", kind, task.source, task.path, names.at(index), 0);
  }
  if (job.dryRun && left > 0) context.log.kept.push({ source: task.source, path: task.path });
}
