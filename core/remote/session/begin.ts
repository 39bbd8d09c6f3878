import type { Begin, SourceFact } from "../../../proto/generated/blit.ts";
import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import { Counter, totalOf } from "../../movers/counters.ts";
import type { ClientRun } from "./client_run.ts";
import { optionsToWire, verbToWire } from "./wire_options.ts";

/** Streams that a client asks for: as many as there are movers. */
const STREAMS = 2;
/** So many entries that the scan has found by now are no small job, whatever it was before. */
const GROWN = 10_000;

/** What a client says first: the daemon's end, and what is to be done. */
export function beginFrame(
  run: ClientRun,
  endpoint: RemoteEndpoint,
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
    streams: streamsFor(run),
    forceGrpcData: options.forceGrpcData ?? false,
    sources: [...(rest.sources ?? [])],
    relayed: false,
  };
}

/** As many as there are movers; one where a second mover would cost the job more than it gains. */
function streamsFor({ options, memory, oneIsEnough }: ClientRun): number {
  if (options.workers !== undefined) return Math.min(options.workers, 8);
  const hasGrown = totalOf(memory.counters, Counter.Scanned) > GROWN;
  return oneIsEnough && !hasGrown ? 1 : STREAMS;
}

/** A path within a module, with a slash at the end where its content is meant. */
function pathOf({ path, content }: RemoteEndpoint): Uint8Array {
  if (!content || path.length === 0) return path;
  const whole = new Uint8Array(path.length + 1);
  whole.set(path);
  whole[path.length] = 47;
  return whole;
}
