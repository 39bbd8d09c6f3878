import type { RemoteEndpoint } from "../endpoint/endpoint.ts";
import { pathBytes, type PathLike } from "../endpoint/mod.ts";
import type { Removable } from "../removal/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { whereIs } from "./drive.ts";

/** A daemon takes no more paths in one question. */
const MOST_PATHS = 10_000;
/** Bytes of paths in one question; what a message may hold is far above. */
const MOST_BYTES = 512 * 1024;

/** Endpoints that are removed in one go, with their numbers among all. */
export type RemovalGroup = LocalGroup | RemoteGroup;

interface LocalGroup {
  readonly kind: "local";
  readonly numbers: number[];
  readonly removables: Removable[];
}

/** Of one module. */
interface RemoteGroup {
  readonly kind: "remote";
  readonly numbers: number[];
  readonly places: RemoteEndpoint[];
  bytes: number;
}

/**
 * Endpoints by their places, in the order in which the places are first named.
 *
 * @throws {TransferError} `usage` for what is no endpoint, and for what is refused as it is written
 */
export async function groupsOf(
  endpoints: PathLike | readonly PathLike[],
): Promise<readonly RemovalGroup[]> {
  const given = Array.isArray(endpoints) ? endpoints : [endpoints as PathLike];
  if (given.length === 0) {
    throw new TransferError("path-empty", "Nothing is named to be removed.", "usage");
  }
  const { localRemovable, refuseDots } = await import("../removal/mod.ts");
  const groups: RemovalGroup[] = [];
  let local: LocalGroup | undefined;
  const remote = new Map<string, RemoteGroup>();
  for (const [number, endpoint] of given.entries()) {
    const where = await whereIs(endpoint);
    if (where.kind === "local") {
      if (local === undefined) {
        local = { kind: "local", numbers: [], removables: [] };
        groups.push(local);
      }
      local.removables.push(localRemovable(endpoint));
      local.numbers.push(number);
      continue;
    }
    refuseDots(pathBytes(endpoint));
    const key = JSON.stringify([where.host, where.port, where.module]);
    let group = remote.get(key);
    if (group === undefined || isFull(group)) {
      group = { kind: "remote", numbers: [], places: [], bytes: 0 };
      remote.set(key, group);
      groups.push(group);
    }
    group.places.push(where);
    group.numbers.push(number);
    group.bytes += where.path.length;
  }
  return groups;
}

function isFull({ places, bytes }: RemoteGroup): boolean {
  return places.length === MOST_PATHS || bytes >= MOST_BYTES;
}
