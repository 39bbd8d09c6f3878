import { nameOf } from "../entry/display.ts";
import { packNames } from "../entry/packed.ts";
import type { MoverContext } from "../movers/context.ts";
import { claimGroup, Control } from "../movers/control.ts";
import { type Task, task, TaskFlag, TaskKind } from "../movers/task.ts";
import { closePlace, type Place } from "../scan/mod.ts";
import { addNames, logExtras } from "./extras.ts";
import { finishLater } from "./finish_directory.ts";

const HERE = nameOf("");

/**
 * Cuts a directory that does not fit one batch into slices, each a task of its own. `names` and
 * `spare` hold the first two; the rest is listed here. Whoever finishes the last slice finishes
 * the directory. Closes the place.
 */
export function sliceDirectory(
  context: MoverContext,
  place: Place,
  directory: Task,
  there: number,
): void {
  const { sys, job, names, spare, memory } = context;
  const wanted = job.extras && there > 0 ? new Set<string>() : undefined;
  const slices = [packNames(names), packNames(spare)];
  if (wanted !== undefined) {
    addNames(names, wanted);
    addNames(spare, wanted);
  }
  for (;;) {
    const count = sys.list(place.source, names);
    if (count < 0) {
      context.fail("source", directory.source, directory.path, HERE, "list", count);
    }
    if (count <= 0) break;
    slices.push(packNames(names));
    if (wanted !== undefined) addNames(names, wanted);
  }
  if (wanted !== undefined) logExtras(context, place, wanted);
  const group = claimGroup(memory.control);
  if (group < 0) context.log.unfinished.push({ source: directory.source, path: directory.path });
  else Atomics.add(memory.control, Control.Groups + group, slices.length);
  const flags = (directory.flags & ~TaskFlag.Fresh) | (place.fresh ? TaskFlag.Fresh : 0);
  const weight = directory.weight / slices.length;
  for (const packed of slices) {
    const { source, path } = directory;
    context.stack.push(task(TaskKind.Batch, source, path, { flags, names: packed, group, weight }));
  }
  closePlace(context, place);
  leaveGroup(context, directory, group);
}

/** Says that a slice (or the listing) of a directory is done; the last one finishes it. */
export function leaveGroup(context: MoverContext, directory: Task, group: number): void {
  if (group < 0) return;
  const left = Atomics.sub(context.memory.control, Control.Groups + group, 1) - 1;
  if (left === 0 && !context.stopping && (directory.flags & TaskFlag.Absent) === 0) {
    finishLater(context, directory, false);
  }
}
