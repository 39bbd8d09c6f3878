import { nameOf } from "../entry/display.ts";
import { putOff } from "../deliver/put_off.ts";
import { dropNamelessPartials } from "../deliver/stale_partials.ts";
import { NameSet } from "../entry/name_set.ts";
import { packNames } from "../entry/packed.ts";
import { BEAT_MS } from "../movers/beat.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
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
  const flags = (directory.flags & ~TaskFlag.Fresh) | (place.fresh ? TaskFlag.Fresh : 0) |
    (place.mayHavePartials ? TaskFlag.Partials : 0);
  let slices = [packNames(names), packNames(spare)];
  let weightLeft = directory.weight;
  let begun = performance.now();
  const push = (weight: number): void => {
    const { source, path } = directory;
    for (const packed of slices) {
      const share = weight / slices.length;
      const slice = task(TaskKind.Batch, source, path, { flags, names: packed, weight: share });
      context.stack.push(slice);
    }
    slices = [];
    weightLeft -= weight;
    begun = performance.now();
  };
  if (wanted !== undefined) {
    wanted.add(names);
    wanted.add(spare);
  }
  /** All names of the directory are in `slices`. */
  let isWhole = true;
  for (;;) {
    const count = sys.list(place.source, names);
    if (count < 0) {
      isWhole = false;
      context.fail("source", directory.source, directory.path, HERE, "list", count);
    }
    if (count <= 0) break;
    slices.push(packNames(names));
    listed?.note(names);
    wanted?.add(names);
    if (performance.now() - begun < BEAT_MS) continue;
    // Listing takes long: others can go on with what is known.
    push(weightLeft / 2);
    isWhole = false;
    context.share?.();
  }
  listed?.reportMissing(context, place);
  if (isWhole) dropNamelessPartials(context, place, slices);
  if (wanted !== undefined) logExtras(context, place, wanted);
  if (unfinished || place.touched) putOff(context, place);
  if (slices.length > 0) push(weightLeft);
  else context.count(Counter.Fraction, weightLeft);
  closePlace(context, place);
}
