import { nameOf } from "../entry/display.ts";
import { putOff } from "../deliver/put_off.ts";
import { NameSet } from "../entry/name_index.ts";
import { packNames } from "../entry/packed.ts";
import type { MoverContext } from "../movers/context.ts";
import { type Task, task, TaskFlag, TaskKind } from "../movers/task.ts";
import { closePlace, type Place } from "../scan/mod.ts";
import { logExtras } from "./extras.ts";
import type { ListedPaths } from "./listed_paths.ts";

const HERE = nameOf("");

/**
 * Cuts a directory that does not fit one batch into slices, each a task of its own. `names` and
 * `spare` hold the first two; the rest is listed here. The directory itself is finished at the end
 * of the run: if it is `unfinished` now, or when a slice has written to it. Closes the place.
 */
export function sliceDirectory(
  context: MoverContext,
  place: Place,
  directory: Task,
  there: number,
  unfinished: boolean,
  listed: ListedPaths | undefined,
): void {
  const { sys, job, names, spare } = context;
  const wanted = job.extras && there > 0 ? new NameSet() : undefined;
  const slices = [packNames(names), packNames(spare)];
  if (wanted !== undefined) {
    wanted.add(names);
    wanted.add(spare);
  }
  for (;;) {
    const count = sys.list(place.source, names);
    if (count < 0) {
      context.fail("source", directory.source, directory.path, HERE, "list", count);
    }
    if (count <= 0) break;
    slices.push(packNames(names));
    listed?.note(names);
    wanted?.add(names);
  }
  listed?.reportMissing(context, place);
  if (wanted !== undefined) logExtras(context, place, wanted);
  if (unfinished) putOff(context, place);
  const flags = (directory.flags & ~TaskFlag.Fresh) | (place.fresh ? TaskFlag.Fresh : 0);
  const weight = directory.weight / slices.length;
  for (const packed of slices) {
    const { source, path } = directory;
    context.stack.push(task(TaskKind.Batch, source, path, { flags, names: packed, weight }));
  }
  closePlace(context, place);
}
