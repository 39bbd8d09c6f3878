import { openAt } from "../endpoint/directory_at.ts";
import { joinPath, pathKey } from "../entry/path.ts";
import type { Name, Sys } from "../sys/mod.ts";
import type { Removable } from "./removable.ts";

const EMPTY: Name = new Uint8Array(1);

/**
 * Numbers of those that are to be removed, in their order. Left out are those that go with another
 * one, because they are named twice or lie in a directory that is named.
 *
 * What is named behind a link or a mount of such a directory, or by way of `..`, does not go with
 * it, and would be out of reach afterwards: it comes first. Where links lead to one place by two
 * names, a dry run counts twice what then goes once.
 */
export function removalOrder(sys: Sys, removables: readonly Removable[]): readonly number[] {
  const keys = removables.map(keyOf);
  const numbers = new Map<string, number>();
  const first: number[] = [];
  const others: number[] = [];
  for (const [number, key] of keys.entries()) if (!numbers.has(key)) numbers.set(key, number);
  for (const [number, key] of keys.entries()) {
    if (numbers.get(key) !== number) continue;
    let isBehind = false;
    let goes = false;
    for (let cut = key.lastIndexOf("/"); cut > 0 && !goes; cut = key.lastIndexOf("/", cut - 1)) {
      const above = removables[numbers.get(key.slice(0, cut)) ?? -1];
      if (above === undefined) continue;
      isBehind = true;
      goes = isIn(sys, above, key.slice(cut + 1));
    }
    if (!goes) (isBehind ? first : others).push(number);
  }
  const length = (number: number): number => keys[number]?.length ?? 0;
  return [...first.sort((one, other) => length(other) - length(one)), ...others];
}

/** The whole path as a key, without doubled slashes and `.`. */
function keyOf({ parent, name }: Removable): string {
  const path = joinPath(joinPath(parent.root, parent.beneath ?? EMPTY), name);
  return pathKey(path).replace(/\/(\.?\/)+/g, "/");
}

/** Whether the directory that holds `rest` is reached from what is named by directories alone. */
function isIn(sys: Sys, { parent, name }: Removable, rest: string): boolean {
  if (rest.split("/").includes("..")) return false;
  const inside = Uint8Array.from(
    rest.slice(0, Math.max(rest.lastIndexOf("/"), 0)),
    (character) => character.charCodeAt(0),
  );
  const root = openAt(sys, parent);
  if (root < 0) return false;
  const reached = sys.openBeneath(root, joinPath(name, inside), true);
  sys.close(root);
  if (reached >= 0) sys.close(reached);
  return reached >= 0;
}
