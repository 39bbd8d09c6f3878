import type { Begin, SourceFact } from "../../../proto/generated/blit.ts";
import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import { Counter, totalOf } from "../../movers/counters.ts";
import type { ClientRun } from "./client_run.ts";
import { optionsToWire, verbToWire } from "./wire_options.ts";

/** Streams that a client asks for, each with a mover at either end. */
const STREAMS = 2;
/** So many entries that the scan has found by now are no small job, whatever it was before. */
const GROWN = 10_000;

/** What a client says first: the daemon's end, and what is to be done. */
export function beginFrame(
  run: ClientRun,
  endpoint: RemoteEndpoint,
  /** The daemon is on this machine. */
  isHere: boolean,
  nowSeconds: number,
  rest: {
    readonly sources?: readonly SourceFact[];
    readonly sourcePaths?: readonly RemoteEndpoint[];
    /** Bytes a second that the link is expected to carry. */
    readonly linkRate?: number | undefined;
  },
): Begin {
  const { options, filter, verb } = run;
  return {
    verb: verbToWire(verb),
    module: endpoint.module ?? "",
    path: rest.sourcePaths === undefined ? pathOf(endpoint) : new Uint8Array(0),
    sourcePaths: (rest.sourcePaths ?? []).map(pathOf),
    options: optionsToWire(options, filter, nowSeconds, rest.linkRate ?? 0),
    streams: streamsFor(run, isHere),
    forceGrpcData: options.forceGrpcData ?? false,
    sources: [...(rest.sources ?? [])],
    relayed: false,
  };
}

/**
 * One where a second mover would cost the job more than it gains. Two ends on one machine share its
 * processors (docs/decisions/0016).
 */
function streamsFor({ options, memory, oneIsEnough }: ClientRun, isHere: boolean): number {
  if (options.workers !== undefined) return Math.min(options.workers, 8);
  const hasGrown = totalOf(memory.counters, Counter.Scanned) > GROWN;
  if (oneIsEnough && !hasGrown) return 1;
  return isHere ? Math.min(STREAMS, Math.max(1, navigator.hardwareConcurrency >> 1)) : STREAMS;
}

/** A path within a module, with a slash at the end where its content is meant. */
function pathOf({ path, content }: RemoteEndpoint): Uint8Array {
  if (!content || path.length === 0) return path;
  const whole = new Uint8Array(path.length + 1);
  whole.set(path);
  whole[path.length] = 47;
  return whole;
}
