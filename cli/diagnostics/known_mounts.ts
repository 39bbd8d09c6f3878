import { type KnownPair, readKnown } from "../../core/capabilities/mod.ts";
import { stepText } from "../profile/mount.ts";

/** A mount that was probed, without anything that says which it is. */
export interface MountFacts {
  readonly type: string;
  /** What it can do, in words. */
  readonly can: readonly string[];
  readonly timeStepNs: number;
  /** When it was probed: milliseconds since 1970. */
  readonly atMs: number;
}

/** How large files went between two mounts. */
export interface CopyFacts {
  /** Whether sharing content was refused. */
  readonly refusesReflink: boolean;
  /** Bytes a second by each way; 0 for what cannot be. */
  readonly copyRange: number;
  readonly sendFile: number;
  readonly readWrite: number;
  readonly atMs: number;
}

/** What is remembered of mounts, the newest first; keys are left out. */
export function knownMounts(): {
  readonly mounts: readonly MountFacts[];
  readonly copies: readonly CopyFacts[];
} {
  const known = readKnown();
  const newest = <T extends { readonly atMs: number }>(values: Iterable<T>): T[] =>
    [...values].sort((one, other) => other.atMs - one.atMs);
  return {
    mounts: newest(known.mounts.values()).map(({ atMs, type, timeStepNs, ...flags }) => ({
      type,
      can: Object.entries(flags).flatMap(([name, can]) => can ? [name] : []),
      timeStepNs,
      atMs,
    })),
    copies: newest(known.pairs.values()).map(copyFacts),
  };
}

function copyFacts({ atMs, refusesReflink, rates }: KnownPair): CopyFacts {
  const [copyRange = 0, sendFile = 0, readWrite = 0] = rates.map((rate) => rate * 1000);
  return { refusesReflink, copyRange, sendFile, readWrite, atMs };
}

/** A mount as one line. */
export function mountText({ can, timeStepNs }: MountFacts): string {
  return [...can, `times of ${stepText(timeStepNs)}`].join(", ");
}
