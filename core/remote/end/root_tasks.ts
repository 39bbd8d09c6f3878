import { nameOf } from "../../entry/display.ts";
import { Kind } from "../../entry/kind.ts";
import { PackedNames } from "../../entry/packed.ts";
import type { Job } from "../../movers/job.ts";
import type { Name } from "../../sys/mod.ts";
import type { ScanTask } from "../mover/scan_task.ts";

const NONE = new Uint8Array(0);

/** The sources themselves, each once: a directory's content, or the one entry that is meant. */
export function rootTasks(job: Job, removes = false): ScanTask[] {
  const weight = 1 / job.sources.length;
  return job.sources.map(({ only }, source): ScanTask => {
    const names = new PackedNames();
    if (only !== undefined) names.add(only, Kind.Unknown);
    const path: Name = nameOf("");
    return {
      source,
      path,
      parent: 0,
      parentEntry: 0,
      names: only === undefined ? NONE : names.finish(),
      flags: 0,
      removes,
      listed: undefined,
      weight,
    };
  }).reverse(); // the first lies on top
}
