import { timeStepOf } from "../capabilities/time_step.ts";
import type { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "../movers/context.ts";
import { temporaryName } from "../movers/temporary.ts";
import type { Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";

/**
 * Whether two times may be one that the destination's file system keeps in coarser steps. Only
 * then is the step worth finding out.
 */
export function timesAreClose(
  source: StatTable,
  index: number,
  destination: StatTable,
  other: number,
): boolean {
  const apart = source.mtimeSeconds[index]! - destination.mtimeSeconds[other]!; // callers' rows
  const rest = destination.mtimeNanoseconds[other]!;
  if (apart < 0 || apart > 1 || rest % 100 !== 0) return false;
  return apart !== 0 || rest !== source.mtimeNanoseconds[index];
}

/**
 * The step in which the file system of row `index` of a table, in the destination, keeps times, found
 * out by setting one on an unnamed file (or, outside a dry run, a temporary) and reading it back;
 * once per device. Where it cannot be found out, times are taken at their word.
 */
export function timeStep(
  context: MoverContext,
  place: Place,
  table: StatTable,
  index: number,
): number {
  const { timeSteps } = context;
  const key = `${table.deviceMajor[index]}:${table.deviceMinor[index]}`;
  let step = timeSteps.get(key);
  if (step === undefined) timeSteps.set(key, step = probe(context, place));
  return step;
}

function probe(context: MoverContext, place: Place): number {
  const { sys, job } = context;
  const finest = sys.capabilities.timeStepNs;
  let file = sys.createUnnamed(place.destination, 0o600);
  const name = file === -Errno.EOPNOTSUPP && !job.dryRun ? temporaryName(context) : undefined;
  if (name !== undefined) file = sys.create(place.destination, name, 0o600);
  if (file < 0) return finest;
  if (name !== undefined) place.touched = true;
  const step = timeStepOf(sys, file);
  sys.close(file);
  if (name !== undefined) sys.unlink(place.destination, name);
  return step;
}
