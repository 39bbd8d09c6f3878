/**
 * Routing by history against every fixed choice, as data: after some runs of a job, blit has to be
 * no slower than with any number of movers (between machines: of movers and data streams) that
 * somebody might have chosen.
 */
import type { TreeShape } from "./harness/trees.ts";
import type { Goal, Remote, Scenario } from "./scenarios.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Numbers of movers that are held against the history. */
export const FIXED_MOVERS: readonly number[] = [1, 2, 3];

/** No slower than any of them by more than a twentieth. */
const NO_SLOWER = 0.95;

/** Each way is tried twice before one is chosen, and well known after six runs. */
const LEARNING_ROUNDS = 9;

const few: TreeShape = { directories: 10, filesPerDirectory: 10, fileBytes: KIB };
const some: TreeShape = { directories: 100, filesPerDirectory: 10, fileBytes: KIB };
const many: TreeShape = { directories: 1_000, filesPerDirectory: 100, fileBytes: 4 * KIB };
const oneFile: TreeShape = {
  directories: 0,
  filesPerDirectory: 0,
  fileBytes: 0,
  bigFileBytes: 512 * MIB,
};
const mixed: TreeShape = { ...some, directories: 200, bigFileBytes: 256 * MIB };

/** A job, here or between machines. */
interface Routed {
  readonly name: string;
  readonly title: string;
  readonly tree: TreeShape;
  readonly job?: Scenario["job"];
  readonly destination?: Scenario["destination"];
  readonly direction?: Remote["direction"];
  readonly maxRounds?: number;
}

const nothing = { job: "mirror", destination: "identical" } as const;
const file = { job: "copy-file", tree: oneFile } as const;

const ROUTED: readonly Routed[] = [
  { name: "one-large", title: "Copy", ...file },
  { name: "few", title: "Copy", tree: few },
  { name: "some", title: "Copy", tree: some },
  { name: "many", title: "Copy", tree: many, maxRounds: 5 },
  { name: "mixed", title: "Copy", tree: mixed },
  { name: "few-nothing", title: "Mirror with nothing to do,", tree: few, ...nothing },
  { name: "some-nothing", title: "Mirror with nothing to do,", tree: some, ...nothing },
  { name: "many-nothing", title: "Mirror with nothing to do,", tree: many, ...nothing },
  { name: "push-one-large", title: "Push", ...file, direction: "push" },
  { name: "push-some", title: "Push", tree: some, direction: "push" },
  { name: "pull-some", title: "Pull", tree: some, direction: "pull" },
  {
    name: "push-some-nothing",
    title: "Push a mirror with nothing to do,",
    tree: some,
    ...nothing,
    direction: "push",
  },
];

/** The scenarios, in the order they run. */
export const ROUTING_SCENARIOS: readonly Scenario[] = ROUTED.map(
  ({ name, title, tree, job = "copy", destination = "empty", direction, maxRounds = 15 }) => ({
    name: `routing-${name}`,
    title: `${title} by history`,
    tree: () => tree,
    job,
    destination,
    cache: "warm",
    roundsFactor: 3,
    maxRounds,
    without: [],
    when: "always",
    quickPlaces: [],
    learningRounds: LEARNING_ROUNDS,
    goals: FIXED_MOVERS.map(noSlowerThan),
    ...(direction !== undefined && { remote: { direction } }),
  }),
);

function noSlowerThan(movers: number): Goal {
  return {
    kind: "ratio",
    place: "tmpfs",
    against: `blit-${movers}`,
    atLeast: NO_SLOWER,
    strict: true,
  };
}
