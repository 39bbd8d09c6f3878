import { openSys } from "../sys/open.ts";
import type { Sys } from "../sys/sys.ts";
import { MoverContext } from "../movers/context.ts";
import type { SharedMemory } from "../movers/control.ts";
import type { Job } from "../movers/job.ts";
import type { Parcel } from "../movers/outbox.ts";

/** Makes the context of one mover; opens the floor for its thread unless that is open already. */
export async function openContext(
  job: Job,
  memory: SharedMemory,
  index: number,
  send: (parcel: Parcel) => void,
  opened?: Sys,
): Promise<MoverContext> {
  const sys = opened ?? (await openSys(job.backend)).sys;
  const filter = job.filter === undefined
    ? undefined
    : (await import("../filter/mod.ts")).compileFilter(job.filter);
  return new MoverContext(sys, job, memory, index, filter, send);
}
