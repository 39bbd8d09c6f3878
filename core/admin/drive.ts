import { mayBeRemote, parseLocalPath, type PathLike } from "../endpoint/mod.ts";
import type { LocalPath } from "../endpoint/mod.ts";
import type { RemoteEndpoint } from "../endpoint/endpoint.ts";
import type { ListingFailure, ListingWork } from "../listing/mod.ts";
import { openSys, type Sys } from "../sys/mod.ts";
import { turnOfEvents } from "../sys/turn_of_events.ts";

/** After so long without a turn of the event loop, signals and timers get one. */
const TURN_MS = 50;

/** A place on this machine, or one that a daemon exports. */
export type Where = { readonly kind: "local"; readonly path: LocalPath } | RemoteEndpoint;

/**
 * Reads an endpoint; what remote ones take is loaded only for them.
 *
 * @throws {TransferError} `usage` for what is none
 */
export async function whereIs(given: PathLike): Promise<Where> {
  if (mayBeRemote(given)) {
    const { parseEndpoint } = await import("../endpoint/endpoint.ts");
    const endpoint = parseEndpoint(given);
    if (endpoint.kind === "remote") return endpoint;
    return { kind: "local", path: parseLocalPath(endpoint.path) };
  }
  return { kind: "local", path: parseLocalPath(given) };
}

/** Pulls a walk on this machine to its end, and lets the event loop turn between its steps. */
export async function* drive<Chunk>(
  open: (sys: Sys) => ListingWork<Chunk>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Chunk | ListingFailure, void, void> {
  signal?.throwIfAborted();
  const { sys } = await openSys();
  try {
    const work = open(sys);
    try {
      let turnedAt = performance.now();
      for (;;) {
        const step = work.next();
        if (step === undefined) return;
        yield step;
        if (performance.now() - turnedAt > TURN_MS) {
          await turnOfEvents();
          turnedAt = performance.now();
        }
        signal?.throwIfAborted();
      }
    } finally {
      work.close();
    }
  } finally {
    sys.end();
  }
}
