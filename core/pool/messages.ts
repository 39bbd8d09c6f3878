import type { SharedMemory } from "../movers/control.ts";
import type { Job } from "../movers/job.ts";
import type { Parcel } from "../movers/outbox.ts";
import type { RunLog } from "../movers/run_log.ts";
import type { Task } from "../movers/task.ts";

/** What the main thread says to a mover's Worker. */
export type ToMover =
  | {
    readonly type: "begin";
    readonly job: Job;
    readonly memory: SharedMemory;
    readonly index: number;
  }
  | { readonly type: "phase"; readonly tasks: readonly Task[] }
  | { readonly type: "end" };

/** What a mover's Worker says to the main thread. */
export type FromMover =
  /** It has opened its backend. */
  | { readonly type: "ready" }
  | { readonly type: "parcel"; readonly parcel: Parcel }
  /** Nothing is pending any more; what it put off. */
  | { readonly type: "done"; readonly log: RunLog }
  /** It cannot go on: a defect. */
  | { readonly type: "broken"; readonly message: string };
