import { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "../movers/context.ts";
import { temporaryName } from "../movers/temporary.ts";
import type { Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";

/** Steps that file systems keep: ns, NTFS and SMB 100 ns, us, ms, exFAT 10 ms, ext3 1 s, FAT 2 s. */
const STEPS = [1, 100, 1e3, 1e6, 1e7, 1e9, 2e9] as const;
/** A time that every coarser step cuts: odd seconds, no zero digit in the nanoseconds. */
const SECONDS = 1_000_000_001;
const NANOSECONDS = 987_654_321;

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
  const table = new StatTable(1);
  const set = sys.setTimesHandle(file, SECONDS, NANOSECONDS);
  // A file system may keep a fine time in memory and a coarse one on disk; what fstat says after
  // the change is what it will say until then.
  const read = set < 0 ? set : sys.statHandle(file, table, 0);
  sys.close(file);
  if (name !== undefined) sys.unlink(place.destination, name);
  if (read < 0) return finest;
  const kept = BigInt(table.mtimeSeconds[0]!) * 1_000_000_000n + BigInt(table.mtimeNanoseconds[0]!);
  const wanted = BigInt(SECONDS) * 1_000_000_000n + BigInt(NANOSECONDS);
  const step = STEPS.find((step) => wanted / BigInt(step) * BigInt(step) === kept);
  return Math.max(finest, step ?? finest);
}
