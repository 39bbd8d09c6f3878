/** Decides what runs where: scenarios and places after the options have had their say. */
import { quickShape, type TreeShape } from "./harness/trees.ts";
import type { Options } from "./options.ts";
import { type PlaceName, type Scenario, SCENARIOS } from "./scenarios.ts";

/** One scenario in one place, with its tree at the size that runs. */
export interface PlannedCase {
  readonly scenario: Scenario;
  readonly place: PlaceName;
  readonly shape: TreeShape;
  /** Cases with the same key in the same place can share their source. */
  readonly treeKey: string;
  readonly rounds: number;
}

/** The cases to run, place by place; throws a TypeError for a scenario that does not exist. */
export function plan(
  options: Pick<Options, "scenarios" | "places" | "quick" | "full" | "rounds">,
): PlannedCase[] {
  for (const name of options.scenarios) {
    if (!SCENARIOS.some((scenario) => scenario.name === name)) {
      throw new TypeError(`Cannot find the scenario "${name}": --list shows them`);
    }
  }
  const named = options.scenarios.length > 0;
  return options.places.flatMap((place) =>
    SCENARIOS.filter((scenario) => {
      if (!scenario.goals.some((goal) => goal.place === place)) return false;
      if (named) return options.scenarios.includes(scenario.name);
      if (options.quick) return scenario.quickPlaces.includes(place);
      return scenario.when === "always" || options.full;
    }).map((scenario) => {
      const whole = scenario.tree(place);
      const shape = options.quick ? quickShape(whole) : whole;
      const rounds = Math.min(options.rounds * scenario.roundsFactor, scenario.maxRounds);
      return { scenario, place, shape, treeKey: Object.values(shape).join("-"), rounds };
    })
  );
}
