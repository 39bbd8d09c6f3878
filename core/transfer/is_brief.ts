import { Kind } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import { BUFFER_BYTES } from "../movers/context.ts";
import type { Job } from "../movers/job.ts";
import { openRootAt } from "../movers/open_root.ts";
import type { Sys } from "../sys/mod.ts";

/**
 * Whether a job is one file that is written in one go, and not synced: it is over before anybody
 * could stop it, so that nothing need be made ready for that. Costs three system calls.
 */
export function isBrief(sys: Sys, job: Job): boolean {
  const [source, ...others] = job.sources;
  if (source?.only === undefined || others.length > 0 || job.durable) return false;
  const directory = openRootAt(sys, source.root, source.rootBeneath);
  if (directory < 0) return false;
  const stats = new StatTable(1);
  const result = sys.stat(directory, source.only, stats, 0);
  sys.close(directory);
  return result >= 0 && stats.kind(0) === Kind.File && stats.size[0]! < BUFFER_BYTES; // one row
}
