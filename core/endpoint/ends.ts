import { type Endpoint, parseEndpoint, type RemoteEndpoint } from "./endpoint.ts";
import { formatAuthority } from "./host.ts";
import { refused, shown } from "./given.ts";
import { pathBytes, type PathLike } from "./local_path.ts";

/** The two ends of a transfer. */
export interface Ends {
  /** All on this machine, or all in one module of one daemon. */
  readonly sources: readonly Endpoint[];
  readonly destination: Endpoint;
  /** Any of them is behind a daemon. */
  readonly isRemote: boolean;
}

/**
 * Reads what a transfer is between.
 *
 * @throws {TransferError} `usage` for what is not an endpoint, and for sources that one run
 * cannot read: on this machine and on another, on two others, or in two modules
 */
export function parseEnds(sources: readonly PathLike[], destination: PathLike): Ends {
  const parsed = sources.map(parseEndpoint);
  const target = parseEndpoint(destination);
  const remote = parsed.filter((source) => source.kind === "remote");
  const [first] = remote;
  if (first !== undefined) {
    const local = parsed.find((source) => source.kind === "local");
    if (local !== undefined) {
      throw refused(
        "sources-mixed",
        `The source "${textOf(local)}" is on this machine and "${first.text}" is on a server: ` +
          "give them in two runs.",
      );
    }
    for (const other of remote) refuseApart(first, other);
  }
  return {
    sources: parsed,
    destination: target,
    isRemote: first !== undefined || target.kind === "remote",
  };
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

function textOf(endpoint: Endpoint): string {
  if (endpoint.kind === "remote") return endpoint.text;
  return shown(pathBytes(endpoint.path));
}
