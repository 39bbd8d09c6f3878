import type { PathLike } from "../endpoint/mod.ts";
import type { RemoteEndpoint } from "../endpoint/endpoint.ts";
import type {
  FindOptions,
  Listing,
  ListingFailure,
  ListingStart,
  ListingWork,
  ListOptions,
  Usage,
  UsageOptions,
} from "../listing/mod.ts";
import type { Sys } from "../sys/mod.ts";
import { drive, whereIs } from "./drive.ts";

type Engines = typeof import("../listing/mod.ts");
export { type Listing, RowMark, type Usage } from "../listing/chunk.ts";

type Calls = typeof import("../remote/admin/mod.ts");

/** What a kind of looking is, on this machine and through a daemon. */
interface Looking<Chunk> {
  readonly signal: AbortSignal | undefined;
  /** A link that is named is taken for the directory that it leads to. */
  readonly followsLink: boolean;
  local(engines: Engines, sys: Sys, start: ListingStart): ListingWork<Chunk>;
  remote(calls: Calls, endpoint: RemoteEndpoint): AsyncIterable<Chunk | ListingFailure>;
}

async function* look<Chunk>(
  given: PathLike,
  { signal, followsLink, local, remote }: Looking<Chunk>,
): AsyncGenerator<Chunk | ListingFailure, void, void> {
  const where = await whereIs(given);
  if (where.kind === "local") {
    const engines = await import("../listing/mod.ts");
    const start = engines.localStart(where.path, followsLink);
    yield* drive((sys) => local(engines, sys, start), signal);
  } else {
    yield* remote(await import("../remote/admin/mod.ts"), where);
  }
}

/**
 * What `list` gives, in chunks of columns and with headings. A chunk is good until the next is
 * asked for.
 */
export async function* listChunks(
  endpoint: PathLike,
  options: ListOptions = {},
): AsyncGenerator<Listing | ListingFailure, void, void> {
  const hash = options.hashes === true
    ? new (await import("../listing/hashing.ts")).FileHash()
    : undefined;
  yield* look(endpoint, {
    signal: options.signal,
    followsLink: true,
    local: (engines, sys, start) => engines.openListing(sys, start, options, hash),
    remote: (calls, place) => calls.listRemotely(place, options),
  });
}

/** What `find` gives, in chunks of columns. A chunk is good until the next is asked for. */
export function findChunks(
  endpoint: PathLike,
  options: FindOptions = {},
): AsyncGenerator<Listing | ListingFailure, void, void> {
  return look(endpoint, {
    signal: options.signal,
    followsLink: false,
    local: (engines, sys, start) => engines.openFind(sys, start, options),
    remote: (calls, place) => calls.findRemotely(place, options),
  });
}

/** What `du` gives, in chunks of columns. A chunk is good until the next is asked for. */
export function usageChunks(
  endpoint: PathLike,
  options: UsageOptions = {},
): AsyncGenerator<Usage | ListingFailure, void, void> {
  return look(endpoint, {
    signal: options.signal,
    followsLink: false,
    local: (engines, sys, start) => engines.openUsage(sys, start, options),
    remote: (calls, place) => calls.usageRemotely(place, options),
  });
}
