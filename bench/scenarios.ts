/**
 * Every scenario of the benchmark, as data: the tree, the job, the state of the destination before
 * each run, and the goals. To add one, add an entry; `bench/contenders.ts` holds the commands.
 */
import type { TreeShape } from "./harness/trees.ts";
import { LOOKING_SCENARIOS } from "./looking_scenarios.ts";
import { REMOTE_SCENARIOS } from "./remote_scenarios.ts";
import { ROUTING_SCENARIOS } from "./routing_scenarios.ts";

/** Where a scenario runs: in memory, or on a disk (a journaled ext4 unless told otherwise). */
export type PlaceName = "tmpfs" | "disk";

/** What a program is asked to do; a program without a command for it stays out. */
export type Job =
  | "copy"
  | "copy-archive"
  | "copy-file"
  | "resume-file"
  | "mirror"
  | "mirror-archive"
  | "mirror-checksum"
  | "check-content"
  | "mirror-deleting"
  | "find"
  | "du";

/**
 * What the destination holds when the clock starts: nothing, the same as the source, the source as
 * it was some changes ago, the source and many entries or directories besides, or 90 % of its one
 * file, as a run with --resume has left it that was killed. `none`: the job has none.
 */
export type DestinationState =
  | "empty"
  | "identical"
  | "aged"
  | "extras"
  | "extra-directories"
  | "cut"
  | "none";

/** A figure to reach. A ratio is the other program's median time over blit's. */
export type Goal =
  | {
    readonly kind: "ratio";
    readonly place: PlaceName;
    readonly against: string;
    readonly atLeast: number;
    /** The gate is the goal itself, without room for noise. */
    readonly strict?: true;
    /** The least that a program on Deno takes is measured beside it, and says what is possible. */
    readonly floor?: true;
  }
  | { readonly kind: "memory"; readonly place: PlaceName; readonly belowMiB: number }
  /** blit's median time: says as much of the machine as of blit. */
  | { readonly kind: "time"; readonly place: PlaceName; readonly belowMs: number }
  /** Bytes on the wire, for each byte of the tree. */
  | { readonly kind: "wire"; readonly place: PlaceName; readonly atMost: number }
  /** The tree's bytes over blit's median time: says as much of the machine as of blit. */
  | { readonly kind: "speed"; readonly place: PlaceName; readonly atLeastMBps: number };

/** Between which two ends the job is done, where they are not on one machine. */
export interface Remote {
  /** Which end is behind each program's own daemon. */
  readonly direction: "push" | "pull";
  /** A link of that length and width instead of loopback. */
  readonly link?: { readonly roundTripMs: number; readonly rateMbit: number };
  /** blit's data plane is forced off. */
  readonly forceGrpcData?: boolean;
}

/** One scenario. It runs in the places that its goals name. */
export interface Scenario {
  readonly name: string;
  /** What is done, after which the tree is described. */
  readonly title: string;
  readonly tree: (place: PlaceName) => TreeShape;
  readonly job: Job;
  readonly destination: DestinationState;
  /** Cold: caches are dropped before each run, then the programs (not the data) read again. */
  readonly cache: "warm" | "cold";
  /** Counted rounds for each that was asked for: many for short runs. */
  readonly roundsFactor: number;
  /** The most rounds worth their time. */
  readonly maxRounds: number;
  /** Peers that would take minutes for it. */
  readonly without: readonly string[];
  /** `full`: only with `--full` or by its name. `quick`: in `--quick` too, in these places. */
  readonly when: "always" | "full";
  readonly quickPlaces: readonly PlaceName[];
  readonly goals: readonly Goal[];
  /** Absent: both ends are local. */
  readonly remote?: Remote;
  /** A watcher of the two trees is resident, for the programs that have one. */
  readonly watched?: true;
  /**
   * blit, with a history of this job alone, against itself with fixed numbers of movers; so many
   * rounds come before the counted ones, in which it learns.
   */
  readonly learningRounds?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

const smallFiles: TreeShape = { directories: 1_000, filesPerDirectory: 100, fileBytes: 4 * KIB };

const linkedFiles: TreeShape = {
  directories: 500,
  filesPerDirectory: 100,
  fileBytes: 2 * KIB,
  linked: true,
};

const defaults = {
  job: "copy",
  destination: "empty",
  cache: "warm",
  roundsFactor: 1,
  maxRounds: 100,
  without: [],
  when: "always",
  quickPlaces: ["tmpfs"],
} as const satisfies Partial<Scenario>;

/** The scenarios, in the order they run. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...defaults,
    name: "small-files",
    title: "Copy",
    tree: () => smallFiles,
    quickPlaces: ["tmpfs", "disk"],
    goals: [
      fasterThanRsync("tmpfs", 4.3),
      fasterThanRsync("disk", 3.6),
      { kind: "memory", place: "tmpfs", belowMiB: 150 },
    ],
  },
  {
    ...defaults,
    name: "mirror-changes",
    title: "Mirror after 2 % changed, 1 % deleted, 1 % added of",
    tree: () => smallFiles,
    job: "mirror",
    destination: "aged",
    goals: [fasterThanRsync("tmpfs", 2.0), fasterThanRsync("disk", 2.0)],
  },
  {
    ...defaults,
    name: "mirror-nothing",
    title: "Mirror with nothing to do,",
    tree: () => smallFiles,
    job: "mirror",
    destination: "identical",
    goals: [
      fasterThanRsync("tmpfs", 2.8),
      fasterThanRsync("disk", 2.8),
      { kind: "memory", place: "tmpfs", belowMiB: 150 },
    ],
  },
  {
    // Nearly all of the time is Deno's own start; the ratio says less of the machine. Not in /dev/shm: Deno lets nobody look there without all permissions.
    ...defaults,
    name: "watched-nothing",
    title: "Mirror beside a resident watcher with nothing to do,",
    tree: () => smallFiles,
    job: "mirror",
    destination: "identical",
    watched: true,
    roundsFactor: 2,
    quickPlaces: [],
    goals: [faster("disk", "rsync", 10), { kind: "time", place: "disk", belowMs: 40 }],
  },
  {
    ...defaults,
    name: "cold-cache",
    title: "Copy with a cold cache,",
    tree: () => smallFiles,
    cache: "cold",
    quickPlaces: [],
    goals: [faster("disk", "rsync", 1.8)],
  },
  {
    ...defaults,
    name: "mirror-extras",
    title: "Mirror that deletes 100 extras for each of",
    tree: () => ({ ...smallFiles, filesPerDirectory: 1 }),
    job: "mirror-deleting",
    destination: "extras",
    goals: [faster("tmpfs", "rsync", 1.8), faster("disk", "rsync", 1.8)],
  },
  {
    ...defaults,
    name: "extra-directories",
    title: "Mirror that deletes 20 directories of a file for each of",
    tree: () => ({ ...smallFiles, filesPerDirectory: 1 }),
    job: "mirror-deleting",
    destination: "extra-directories",
    goals: [faster("tmpfs", "rsync", 1.2)],
  },
  {
    ...defaults,
    name: "archive",
    title: "Copy with hard links, attributes and ACLs,",
    tree: () => linkedFiles,
    job: "copy-archive",
    goals: [faster("tmpfs", "rsync", 2.5)],
  },
  {
    ...defaults,
    name: "archive-nothing",
    title: "Mirror with hard links, attributes and ACLs, with nothing to do,",
    tree: () => linkedFiles,
    job: "mirror-archive",
    destination: "identical",
    roundsFactor: 2,
    goals: [faster("tmpfs", "rsync", 2.5)],
  },
  {
    ...defaults,
    name: "mixed",
    title: "Copy",
    tree: () => ({
      directories: 500,
      filesPerDirectory: 100,
      fileBytes: 2 * KIB,
      bigFileBytes: 512 * MIB,
    }),
    goals: [fasterThanRsync("tmpfs", 4.5), fasterThanRsync("disk", 3.8)],
  },
  {
    ...defaults,
    name: "big-file",
    title: "Copy",
    tree: (place) => oneFile(place === "tmpfs" ? 2 * GIB : 4 * GIB),
    job: "copy-file",
    goals: [faster("tmpfs", "cp", 1.0), faster("disk", "cp", 1.0)],
  },
  {
    ...defaults,
    name: "checksum",
    title: "Mirror by content with nothing to do,",
    tree: () => ({ directories: 32, filesPerDirectory: 64, fileBytes: MIB }),
    job: "mirror-checksum",
    destination: "identical",
    goals: [faster("tmpfs", "rsync", 1.0)],
  },
  {
    // One file in one hand, the rest in the other's. b3sum reads only one of the two trees.
    ...defaults,
    name: "check-content",
    title: "Check by content,",
    tree: () => ({
      directories: 32,
      filesPerDirectory: 64,
      fileBytes: MIB,
      bigFileBytes: 2 * GIB,
    }),
    job: "check-content",
    destination: "identical",
    goals: [faster("tmpfs", "rsync", 1.0), faster("tmpfs", "b3sum", 1 / 1.3)],
  },
  {
    ...defaults,
    name: "one-file",
    title: "Copy, start included,",
    tree: () => oneFile(KIB),
    job: "copy-file",
    roundsFactor: 4,
    goals: [faster("tmpfs", "rsync", 1.3)],
  },
  {
    ...defaults,
    name: "million",
    title: "Copy",
    tree: () => ({ directories: 1_000, filesPerDirectory: 1_000, fileBytes: 0 }),
    maxRounds: 3,
    without: ["rclone"],
    when: "full",
    quickPlaces: [],
    goals: [{ kind: "memory", place: "tmpfs", belowMiB: 250 }],
  },
  {
    ...defaults,
    name: "resume-local",
    title: "Go on after 90 % with --resume,",
    tree: () => oneFile(2 * GIB),
    job: "resume-file",
    destination: "cut",
    maxRounds: 5,
    quickPlaces: [],
    goals: [faster("tmpfs", "blit-whole", 4)],
  },
  ...LOOKING_SCENARIOS,
  ...REMOTE_SCENARIOS,
  ...ROUTING_SCENARIOS,
];

function faster(place: PlaceName, against: string, atLeast: number): Goal {
  return { kind: "ratio", place, against, atLeast };
}

/** The same for a job that a floor program does, too (`bench/floor/`). */
function fasterThanRsync(place: PlaceName, atLeast: number): Goal {
  return { kind: "ratio", place, against: "rsync", atLeast, floor: true };
}

function oneFile(bigFileBytes: number): TreeShape {
  return { directories: 0, filesPerDirectory: 0, fileBytes: 0, bigFileBytes };
}
