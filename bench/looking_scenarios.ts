/** Scenarios of verbs that look at a tree and change nothing; what they print goes nowhere. */
import type { TreeShape } from "./harness/trees.ts";
import type { Goal, PlaceName, Scenario } from "./scenarios.ts";

const manyEntries: TreeShape = { directories: 2_560, filesPerDirectory: 100, fileBytes: 0 };
const million: TreeShape = { directories: 1_000, filesPerDirectory: 1_000, fileBytes: 0 };

const looking = {
  tree: () => manyEntries,
  destination: "none",
  cache: "warm",
  roundsFactor: 2,
  maxRounds: 100,
  without: [],
  when: "always",
  quickPlaces: ["tmpfs"],
} as const satisfies Partial<Scenario>;

const looksAtMillion = {
  ...looking,
  tree: () => million,
  maxRounds: 3,
  when: "full",
  quickPlaces: [],
  goals: [{ kind: "memory", place: "tmpfs", belowMiB: 200 }],
} as const satisfies Partial<Scenario>;

/** The scenarios, in the order they run. */
export const LOOKING_SCENARIOS: readonly Scenario[] = [
  {
    ...looking,
    name: "find",
    title: "Find, start included,",
    job: "find",
    goals: [noSlower("tmpfs", "find"), noSlower("disk", "find")],
  },
  {
    ...looking,
    name: "du",
    title: "Add up, start included,",
    job: "du",
    goals: [noSlower("tmpfs", "du"), noSlower("disk", "du")],
  },
  { ...looksAtMillion, name: "find-million", title: "Find", job: "find" },
  { ...looksAtMillion, name: "du-million", title: "Add up", job: "du" },
];

/** At most 1.3 times as long as the other program, which needs no JavaScript engine to start. */
function noSlower(place: PlaceName, against: string): Goal {
  return { kind: "ratio", place, against, atLeast: 0.77 };
}
