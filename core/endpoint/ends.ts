import {
  type Endpoint,
  type LocalEndpoint,
  parseEndpoint,
  type RemoteEndpoint,
} from "./endpoint.ts";
import { formatAuthority } from "./host.ts";
import { refused, shown } from "./given.ts";
import { pathBytes, type PathLike } from "./local_path.ts";

/** The two ends of a transfer, both on this machine. */
export interface LocalEnds {
  readonly isRemote: false;
  readonly sources: readonly LocalEndpoint[];
  readonly destination: LocalEndpoint;
}

/** The two ends of a transfer of which at least one is behind a daemon. */
export interface RemoteEnds {
  readonly isRemote: true;
  /** All on this machine, or all in one module of one daemon. */
  readonly sources: readonly Endpoint[];
  readonly destination: Endpoint;
}

/**
 * Reads what a transfer is between.
 *
 * @throws {TransferError} `usage` for what is not an endpoint, and for sources that one run
 * cannot read: on this machine and on another, on two others, or in two modules
 */
export function parseEnds(
  sources: readonly PathLike[],
  destination: PathLike,
): LocalEnds | RemoteEnds {
  const parsed = sources.map(parseEndpoint);
  const target = parseEndpoint(destination);
  const local = parsed.filter((source) => source.kind === "local");
  const remote = parsed.filter((source) => source.kind === "remote");
  const [first] = remote;
  if (first === undefined) {
    return target.kind === "local"
      ? { isRemote: false, sources: local, destination: target }
      : { isRemote: true, sources: local, destination: target };
  }
  if (local[0] !== undefined) {
    throw refused(
      "sources-mixed",
      `The source "${shown(pathBytes(local[0].path))}" is on this machine and "${first.text}" is ` +
        "on a server: give them in two runs.",
    );
  }
  for (const other of remote) refuseApart(first, other);
  return { isRemote: true, sources: remote, destination: target };
}

function refuseApart(first: RemoteEndpoint, other: RemoteEndpoint): void {
  const [one, two] = [first, other].map(({ host, port }) => formatAuthority(host, port));
  if (one !== two) {
    throw refused(
      "sources-mixed",
      `The sources "${first.text}" and "${other.text}" are on two servers: give them in two runs.`,
    );
  }
  if (first.module !== other.module) {
    throw refused(
      "sources-mixed",
      `The sources "${first.text}" and "${other.text}" are in two modules: ` +
        "give them in two runs.",
    );
  }
}
