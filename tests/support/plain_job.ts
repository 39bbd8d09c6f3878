import { nameOf } from "../../core/entry/mod.ts";
import type { Job } from "../../core/movers/job.ts";
import type { CompareMode } from "../../core/transfer/options.ts";

/** The two ends of a plain job, as paths; a destination's end has no root. */
interface Ends {
  readonly root?: string;
  readonly destination: string;
}

/** The job of a copy without any option, as a mover of either backend takes it. */
export function plainJob({ root, destination }: Ends, mode: CompareMode): Job {
  return {
    verb: "copy",
    backend: undefined,
    sources: [{
      root: root === undefined ? undefined : nameOf(root),
      destination: nameOf(destination),
      absent: false,
      fresh: false,
      prefix: nameOf(""),
    }],
    dryRun: false,
    rules: { mode, ignoreExisting: false, update: false, owners: false, groupSet: "all" },
    filter: undefined,
    nowSeconds: 0,
    xattrs: false,
    acls: false,
    temporaries: false,
    extras: false,
    syncFiles: false,
    durable: false,
    backup: undefined,
    backupInside: undefined,
    reportEntries: false,
  };
}
