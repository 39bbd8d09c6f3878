import { pairKey } from "../capabilities/pair_key.ts";
import { changeKnown, readKnown } from "../capabilities/store.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import { CopyMethods } from "../movers/copy_method.ts";
import type { Place } from "../scan/place.ts";

/** After so long the ways are measured again: kernels and disks change. */
const FRESH_MS: number = 7 * 24 * 3600 * 1000;

/** What is known of copying between the mounts of a place, shared by all copies of this mover. */
export function methodsBetween(context: MoverContext, place: Place): CopyMethods {
  const { own, sys, copyMethods } = context;
  sys.statHandle(place.source, own, Own.Check);
  sys.statHandle(place.destination, own, Own.Other);
  const key = [Own.Check, Own.Other]
    .map((row) => `${own.deviceMajor[row]}:${own.deviceMinor[row]}`).join(" ");
  let methods = copyMethods.get(key);
  if (methods === undefined) copyMethods.set(key, methods = new CopyMethods());
  return methods;
}

/**
 * Looks once for what an earlier run has found out of two mounts. Only for a file that is large
 * enough for samples: for others it would cost more than it saves.
 */
export function recallMethods(context: MoverContext, place: Place, methods: CopyMethods): void {
  if (methods.isRecalled || !context.job.keepsMounts) return;
  methods.isRecalled = true;
  methods.key = pairKey(context.sys, place.source, place.destination);
  const known = methods.key === undefined ? undefined : readKnown().pairs.get(methods.key);
  // A clock that was turned back makes an entry old, too.
  if (known !== undefined && Math.abs(Date.now() - known.atMs) < FRESH_MS) methods.recall(known);
}

/** Remembers what has been found out, if that is new. */
export function keepMethods(methods: CopyMethods): void {
  const { key } = methods;
  const news = key === undefined ? undefined : methods.takeNews();
  if (key === undefined || news === undefined) return;
  changeKnown(({ mounts, pairs }) => ({ mounts, pairs: new Map([...pairs, [key, news]]) }));
}
