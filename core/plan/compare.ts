import { Kind } from "../entry/kind.ts";
import type { StatTable } from "../entry/stats.ts";
import { Need } from "./need.ts";
import { sameTime } from "./times.ts";

/** What decides whether two entries are the same. */
export interface CompareRules {
  readonly mode: "size-mtime" | "checksum" | "size" | "always";
  readonly ignoreExisting: boolean;
  readonly update: boolean;
  /** Owners are kept: compare user ids. */
  readonly owners: boolean;
  /** Groups are kept: 1 all, 0 none, or those in `groupSet`. */
  readonly groupSet: ReadonlySet<number> | "all";
}

/** What of the metadata differs; bits that add up. */
export const Difference = { Mode: 1, Owner: 2, Time: 4 } as const;

/**
 * What of the metadata of one entry differs between source and destination. The permission bits
 * of a symbolic link say nothing. The group counts only if this process may give it.
 */
export function metadataDifference(
  source: StatTable,
  index: number,
  destination: StatTable,
  other: number,
  rules: CompareRules,
  stepNs: number,
): number {
  // Indices come from loops over the tables' own counts.
  const mode = source.mode[index]!;
  let difference = 0;
  if (mode !== destination.mode[other] && mode >>> 12 !== Kind.Symlink) {
    difference |= Difference.Mode;
  }
  const gid = source.gid[index]!;
  if (
    (rules.owners && source.uid[index] !== destination.uid[other]) ||
    (gid !== destination.gid[other] && (rules.groupSet === "all" || rules.groupSet.has(gid)))
  ) difference |= Difference.Owner;
  if (
    !sameTime(
      source.mtimeSeconds[index]!,
      source.mtimeNanoseconds[index]!,
      destination.mtimeSeconds[other]!,
      destination.mtimeNanoseconds[other]!,
      stepNs,
    )
  ) difference |= Difference.Time;
  return difference;
}

/**
 * Whether two entries are regular files of which nothing differs that stat tells of; if not, they
 * may still be the same to {@linkcode compareEntry}. So nearly all entries of nearly all runs are
 * settled by little code, which is soon compiled.
 */
export function isSameFile(
  source: StatTable,
  index: number,
  destination: StatTable,
  other: number,
): boolean {
  // Indices come from loops over the tables' own counts.
  const mode = source.mode[index]!;
  return mode >>> 12 === Kind.File && mode === destination.mode[other] &&
    source.size[index] === destination.size[other] &&
    source.mtimeSeconds[index] === destination.mtimeSeconds[other] &&
    source.mtimeNanoseconds[index] === destination.mtimeNanoseconds[other] &&
    source.uid[index] === destination.uid[other] && source.gid[index] === destination.gid[other];
}

/**
 * What one entry that exists on both sides needs. Pure: content that only reading can compare
 * is answered with `Need.Verify` (files whose sizes agree, symbolic links).
 * Hot path; guarded by the no-op scenario of `deno task bench`.
 */
export function compareEntry(
  source: StatTable,
  index: number,
  destination: StatTable,
  other: number,
  rules: CompareRules,
  stepNs: number,
): number {
  const kind = source.mode[index]! >>> 12;
  const otherKind = destination.mode[other]! >>> 12;
  if (kind === Kind.Directory && otherKind === Kind.Directory) return Need.Same;
  if (rules.ignoreExisting) return Need.Skip;
  if (kind === Kind.Directory) return Need.Evict;
  if (otherKind === Kind.Directory) return Need.Blocked;
  if (kind !== otherKind) return Need.Replace;
  if (kind === Kind.File) {
    if (rules.update && newer(destination, other, source, index, stepNs)) return Need.Skip;
    if (rules.mode === "always" || source.size[index] !== destination.size[other]) {
      return Need.Replace;
    }
    if (rules.mode === "checksum") return Need.Verify;
  } else if (kind === Kind.Symlink) {
    return source.size[index] === destination.size[other] ? Need.Verify : Need.Replace;
  } else if (kind === Kind.BlockDevice || kind === Kind.CharacterDevice) {
    if (
      source.nodeMajor[index] !== destination.nodeMajor[other] ||
      source.nodeMinor[index] !== destination.nodeMinor[other]
    ) return Need.Replace;
  }
  const difference = metadataDifference(source, index, destination, other, rules, stepNs);
  if (difference === 0) return Need.Same;
  if (
    kind === Kind.File && rules.mode === "size-mtime" && (difference & Difference.Time) !== 0
  ) return Need.Replace;
  return Need.Metadata;
}

function newer(
  one: StatTable,
  index: number,
  other: StatTable,
  otherIndex: number,
  stepNs: number,
): boolean {
  const seconds = one.mtimeSeconds[index]! - other.mtimeSeconds[otherIndex]!;
  const nanoseconds = one.mtimeNanoseconds[index]! - other.mtimeNanoseconds[otherIndex]!;
  return seconds * 1e9 + nanoseconds >= Math.max(stepNs, 1);
}
