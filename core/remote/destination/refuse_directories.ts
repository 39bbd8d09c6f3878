import { Kind } from "../../entry/kind.ts";
import type { MoverContext } from "../../movers/context.ts";
import { type BatchColumns, EntryState } from "../batch/mod.ts";

/**
 * Notes the directories that take part and have this need: nothing goes into those which something
 * has kept from being compared, nor into any where there is no place for them.
 */
export function refuseDirectories(
  { needs, source }: MoverContext,
  { names, states }: BatchColumns,
  refused: number[],
  need: number,
): void {
  for (let index = 0; index < names.count; index++) {
    if (needs[index] !== need || states[index] !== EntryState.TakesPart) continue;
    if (source.kind(index) === Kind.Directory) refused.push(index);
  }
}
