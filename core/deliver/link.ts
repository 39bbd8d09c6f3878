import type { MoverContext } from "../movers/context.ts";
import { temporaryName } from "../movers/temporary.ts";
import { type Place, unlockPlace } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import type { Name } from "../sys/mod.ts";
import { destinationFault, type Fault } from "./outcome.ts";
import { takePlace } from "./small_file.ts";

/**
 * Makes `name` in the destination directory of `place` a hard link to `leaderName` in that of
 * `leader`; `exists` says that something is there, which it replaces. Gives "alone" where it must
 * be delivered as an entry of its own: too many links, or the file system has none.
 */
export function makeLink(
  context: MoverContext,
  leader: Place,
  leaderName: Name,
  place: Place,
  name: Name,
  exists: boolean,
): Fault | "alone" | undefined {
  const { sys } = context;
  unlockPlace(context, place);
  const made = exists ? temporaryName(context) : name;
  const result = sys.link(leader.destination, leaderName, place.destination, made);
  if (result === -Errno.EMLINK || result === -Errno.EPERM || result === -Errno.EOPNOTSUPP) {
    return "alone";
  }
  if (result < 0) return destinationFault("link", result);
  place.touched = true;
  if (!exists) return undefined;
  const fault = takePlace(context, place, made, name, true);
  if (fault) sys.unlink(place.destination, made);
  return fault;
}
