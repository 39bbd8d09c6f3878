/**
 * The scenarios with one end behind a daemon, as data: each job as a push and as a pull. The peer
 * is rsync against an rsync daemon, over the same loopback or the same link; iperf3 says what the
 * wire can carry at all. All trees stand in memory.
 */
import type { TreeShape } from "./harness/trees.ts";
import type { Goal, Remote, Scenario } from "./scenarios.ts";

const KIB = 1024;
const GIB = 1024 ** 3;

const oneFile: TreeShape = {
  directories: 0,
  filesPerDirectory: 0,
  fileBytes: 0,
  bigFileBytes: GIB,
};
const smallFiles: TreeShape = { directories: 1_000, filesPerDirectory: 100, fileBytes: 4 * KIB };
const mixed: TreeShape = {
  directories: 500,
  filesPerDirectory: 100,
  fileBytes: 2 * KIB,
  bigFileBytes: GIB / 2,
};

/** 40 ms there and back, so 5 MB are on the way when it is full. */
const LINK = { roundTripMs: 40, rateMbit: 1000 } as const;

const DIRECTIONS = ["push", "pull"] as const;

/** A job in both directions: what differs from a plain copy, and the goals. */
interface Pair extends Partial<Omit<Scenario, "tree" | "goals" | "remote">> {
  readonly name: string;
  readonly title: string;
  readonly tree: TreeShape;
  readonly goals: readonly Goal[] | ((direction: Remote["direction"]) => readonly Goal[]);
  readonly remote?: Omit<Remote, "direction">;
}

const PAIRS: readonly Pair[] = [
  {
    name: "big-file",
    title: "Copy",
    tree: oneFile,
    job: "copy-file",
    goals: [fasterThanRsync(2.2)],
  },
  {
    name: "small-files",
    title: "Copy",
    tree: smallFiles,
    goals: [fasterThanRsync(2.5)],
    quickPlaces: ["tmpfs"],
  },
  { name: "mixed", title: "Copy", tree: mixed, goals: [fasterThanRsync(2.5)] },
  {
    name: "nothing",
    title: "Mirror with nothing to do,",
    tree: smallFiles,
    job: "mirror",
    destination: "identical",
    goals: [faster(1.5)],
  },
  {
    name: "resume",
    title: "Go on after 90 % with --resume,",
    tree: { ...oneFile, bigFileBytes: 2 * GIB },
    job: "resume-file",
    destination: "cut",
    maxRounds: 5,
    goals: [faster(4, "blit-whole"), { kind: "wire", place: "tmpfs", atMost: 0.12 }],
  },
  {
    name: "changed-file",
    title: "Copy where an older one is",
    tree: { ...oneFile, bigFileBytes: GIB / 2 },
    job: "copy-file",
    destination: "aged",
    // Faster than rsync, which sends only what differs, by sending all of it.
    goals: [faster(1.2)],
  },
  {
    name: "grpc",
    title: "Copy without the data plane",
    tree: oneFile,
    job: "copy-file",
    goals: (direction) => [speed(direction === "push" ? 250 : 350)],
    remote: { forceGrpcData: true },
  },
  {
    name: "link-big-file",
    title: "Copy over 40 ms and 1 Gbit/s",
    tree: oneFile,
    job: "copy-file",
    maxRounds: 3,
    goals: [faster(0.9, "iperf3")],
    remote: { link: LINK },
  },
  {
    name: "link-changed-file",
    title: "Copy where an older one is over 40 ms and 1 Gbit/s",
    tree: { ...oneFile, bigFileBytes: GIB / 2 },
    job: "copy-file",
    destination: "aged",
    maxRounds: 5,
    // Faster than the link carries the whole of it.
    goals: [faster(1.3, "iperf3")],
    remote: { link: LINK },
  },
  {
    name: "link-small-files",
    title: "Copy over 40 ms and 1 Gbit/s",
    tree: smallFiles,
    maxRounds: 3,
    goals: [fasterThanRsync(5)],
    remote: { link: LINK },
  },
];

/** The scenarios, a push and a pull of each. */
export const REMOTE_SCENARIOS: readonly Scenario[] = PAIRS.flatMap((pair) =>
  DIRECTIONS.map((direction) => ({
    job: "copy",
    destination: "empty",
    cache: "warm",
    roundsFactor: 1,
    maxRounds: 100,
    without: [],
    when: "always",
    quickPlaces: [],
    ...pair,
    name: `${direction}-${pair.name}`,
    title: `${direction === "push" ? "Push" : "Pull"}: ${pair.title.toLowerCase()}`,
    tree: () => pair.tree,
    goals: typeof pair.goals === "function" ? pair.goals(direction) : pair.goals,
    remote: { ...pair.remote, direction },
  }))
);

function faster(atLeast: number, against = "rsync"): Goal {
  return { kind: "ratio", place: "tmpfs", against, atLeast };
}

/** The same for a job that a floor program does, too (`bench/floor/`). */
function fasterThanRsync(atLeast: number): Goal {
  return { kind: "ratio", place: "tmpfs", against: "rsync", atLeast, floor: true };
}

function speed(atLeastMBps: number): Goal {
  return { kind: "speed", place: "tmpfs", atLeastMBps };
}
