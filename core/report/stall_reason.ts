import { displayPath } from "../entry/display.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import { MOVERS_MAX, type SharedMemory } from "../movers/control.ts";
import { Counter, COUNTERS } from "../movers/counters.ts";
import type { Job } from "../movers/job.ts";
import { readWhereabouts } from "../movers/whereabouts.ts";
import type { BlockedCall, Sys } from "../sys/mod.ts";

/** What may be asked about this process's movers. */
export interface MoversInSight {
  readonly sys: Sys;
  readonly memory: SharedMemory;
  readonly job: Job | undefined;
  /** What is told of a path, if not itself. */
  shown?(path: Uint8Array): Uint8Array;
}

/** So many movers are named: one that hangs may keep others waiting, and nobody knows which it is. */
const NAMED = 3;

/**
 * What the movers of this process wait for in file systems, as in `reading "/x" (mover 1)`;
 * undefined if none does. Where the kernel does not tell, it is the directory each is at.
 */
export function movesWaitFor({ sys, memory, job, shown }: MoversInSight): string | undefined {
  const waiting: string[] = [];
  let threads = 0;
  for (let index = 1; index < MOVERS_MAX; index++) {
    const thread = memory.counters[index * COUNTERS + Counter.ThreadId] ?? 0;
    if (thread <= 0) continue;
    threads++;
    const call = sys.blockedCall(thread);
    if (call !== undefined) waiting.push(`${callWords(call, shown)} (mover ${index})`);
  }
  // Without thread ids there is no kernel to ask.
  for (let index = 1; index < MOVERS_MAX && threads === 0; index++) {
    const words = whereWords(memory, index, job);
    if (words !== undefined) waiting.push(`${words} (mover ${index})`);
  }
  if (waiting.length === 0) return undefined;
  const named = waiting.slice(0, NAMED).join(", ");
  const others = waiting.length - NAMED;
  if (others <= 0) return named;
  return `${named}, and ${others} other mover${others === 1 ? " waits" : "s wait"} as well`;
}

function callWords(
  { doing, path, to }: BlockedCall,
  shown: (path: Uint8Array) => Uint8Array = (path) => path,
): string {
  const words = `${doing} "${displayPath(shown(path))}"`;
  return to === undefined ? words : `${words} to "${displayPath(shown(to))}"`;
}

function whereWords(memory: SharedMemory, index: number, job: Job | undefined): string | undefined {
  const where = readWhereabouts(memory.whereabouts, index);
  const source = job?.sources[where?.source ?? 0];
  if (where === undefined || source === undefined) return undefined;
  const [root, shown] = where.isAtDestination || source.root === undefined
    ? [source.destination, source.destinationShown]
    : [source.root, source.rootShown];
  const path = joinPath(trimNul(shown ?? root ?? new Uint8Array(1)), where.path);
  return `${where.doing} "${displayPath(trimNul(path))}"`;
}

/**
 * What shows that movers work though no counter changes. While disks are waited for (`syncs`), it is
 * what the kernel writes to them, for whomever.
 */
export function effortOf(
  { sys, memory }: Pick<MoversInSight, "sys" | "memory">,
  syncs: boolean,
): { readonly cpuNs: number; readonly bytes: number } {
  let cpuNs = 0;
  for (let index = 1; index < MOVERS_MAX; index++) {
    const thread = memory.counters[index * COUNTERS + Counter.ThreadId] ?? 0;
    if (thread > 0) cpuNs += Math.max(sys.threadCpuNs(thread), 0);
  }
  return { cpuNs, bytes: sys.storageBytes() + (syncs ? sys.writtenBytes() : 0) };
}
