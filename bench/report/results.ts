/**
 * What a run of the benchmark leaves behind: the shape of its JSON, and how it is read again.
 *
 * A result carries everything the table needs, so an older one prints as a fresh one does, and
 * nothing that names the machine.
 */
import type { MachineFacts } from "../harness/machine.ts";
import type { Goal, PlaceName } from "../scenarios.ts";

/** One program's runs of one scenario in one place. */
export interface Series {
  readonly contender: string;
  /** Whole-process wall times, the warm-up left out, in the order they were taken. */
  readonly timesMs: readonly number[];
  /** The highest resident set seen in the warm-up run; blit's only, and only where `/proc` is. */
  readonly peakMemoryMiB?: number;
  /** The highest resident set of its daemon over all runs; blit's only. */
  readonly serverPeakMemoryMiB?: number;
  /** The most bytes that it says went over the wire in one run; blit's only. */
  readonly wireBytes?: number;
  /** Why this program was taken out: what it said, or what was wrong with its result. */
  readonly failure?: string;
}

/** One scenario in one place: every contender's series. */
export interface Case {
  readonly scenario: string;
  readonly title: string;
  readonly place: PlaceName;
  /** The file system that was really under it, as the kernel calls it. */
  readonly filesystem: string;
  /** True where other work kept the machine busy when a round began. */
  readonly disturbed: boolean;
  readonly series: readonly Series[];
  readonly goals: readonly Goal[];
  /** The bytes of the tree's files; older results have none. */
  readonly bytes?: number;
  /** Why it did not run, where it did not. */
  readonly skipped?: string;
}

/** One whole run of `deno task bench`. */
export interface Results {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly quick: boolean;
  readonly rounds: number;
  /** What part of a goal must be reached for its gate to hold. */
  readonly gateShare: number;
  readonly machine: MachineFacts;
  /** The version each program gives, by its name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

/** Writes `results` to `directory`, named by its date, and returns the path. */
export function writeResults(directory: string, results: Results): string {
  Deno.mkdirSync(directory, { recursive: true });
  const path = `${directory}/${results.date.slice(0, 19).replaceAll(":", "")}.json`;
  Deno.writeTextFileSync(path, JSON.stringify(results, null, 2) + "\n");
  return path;
}

/** Reads what {@linkcode writeResults} wrote; throws a sentence where it is something else. */
export function readResults(path: string): Results {
  const value: unknown = JSON.parse(Deno.readTextFileSync(path));
  if (typeof value === "object" && value !== null && "version" in value && value.version === 1) {
    return value as Results; // our own file: the version vouches for the rest
  }
  throw new TypeError(`Cannot read "${path}" as a result of the benchmark: no "version": 1 in it`);
}
