import { pathKey } from "../entry/path.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import type { LinkName } from "../movers/run_log.ts";
import type { Place } from "../scan/place.ts";
import type { Handle, Name } from "../sys/mod.ts";

/**
 * Whether all names that the destination has for the inode of entry `index`, which is `target`
 * there, are to be names of one inode: then what is set on it changes no other file. Only the phase
 * of hard links knows (`context.groupOf`); at any other time it is false.
 */
export function hasOnlyOwnNames(
  context: MoverContext,
  place: Place,
  target: Name,
  index: number,
): boolean {
  const { destination } = context;
  const group = context.groupOf?.(place.sourceIndex, place.path, target);
  let missing = destination.links[index]!; // in the batch
  for (const link of group ?? []) {
    if (isName(context, place, link, index) && --missing === 0) return true;
  }
  return false;
}

/** Whether the destination has a name, and for the inode of entry `index`. */
function isName(context: MoverContext, place: Place, link: LinkName, index: number): boolean {
  if (link.absent) return false;
  if (pathKey(link.path) === pathKey(place.path)) {
    return isInode(context, place.destination, link.name, index);
  }
  const [, root] = context.roots(place.sourceIndex);
  if (link.path[0] === 0) return isInode(context, root, link.name, index);
  const directory = context.sys.openBeneath(root, link.path);
  if (directory < 0) return false;
  const isOne = isInode(context, directory, link.name, index);
  context.sys.close(directory);
  return isOne;
}

function isInode(context: MoverContext, directory: Handle, name: Name, index: number): boolean {
  const { sys, own, destination } = context;
  return sys.stat(directory, name, own, Own.Other) === 0 &&
    own.sameInode(Own.Other, destination, index);
}
