/**
 * `deno task bench`: blit against the copying programs of the machine it runs on.
 *
 * `scenarios.ts` and `contenders.ts` hold what is measured, `harness/` measures it, `report/` judges
 * and prints it. docs/performance.md says how to read the result.
 */
import { describeShape } from "./harness/trees.ts";
import { gateShareOf, measure, RESULTS_DIRECTORY } from "./measure.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import { plan, type PlannedCase } from "./plan.ts";
import { writeDocument } from "./report/document.ts";
import { judge } from "./report/gates.ts";
import { readResults, type Results, writeResults } from "./report/results.ts";
import { nameVerdict, renderCases, renderSummary, wanted } from "./report/table.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Runs the benchmark and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  let cases: PlannedCase[];
  try {
    options = parseOptions(args);
    cases = plan(options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\nTry --help.`);
    return 64;
  }
  if (options.help) return print(HELP);
  if (options.list) return print(listScenarios());

  const results = await obtain(options, cases);
  if (options.write !== undefined) await writeDocument(options.write, results);
  print(options.json ? JSON.stringify(results, null, 2) : renderSummary(results));
  const fallen = judge(results).filter((verdict) => verdict.outcome === "fell");
  if (fallen.length === 0) return 0;
  console.error(`${fallen.length} of the gates fell: ${fallen.map(nameVerdict).join(", ")}`);
  return 1;
}

/** Measures, showing each case when it is done, or reads what an earlier run has left. */
async function obtain(options: Options, cases: readonly PlannedCase[]): Promise<Results> {
  const gateShare = gateShareOf(options);
  const say = options.json ? console.error : console.log;
  if (options.from !== undefined) {
    const results = readResults(options.from);
    if (!options.json) print(`${renderCases(results)}\n`);
    return results;
  }
  // Its daemons keep their history out of the machine's.
  const state = await Deno.makeTempDir({ prefix: "blit-bench-state-" });
  Deno.env.set("STATE_DIRECTORY", state);
  const results = await measure(options, cases, (one) => {
    say(`${renderCases({ cases: [one], gateShare })}\n`);
  }).finally(() => Deno.remove(state, { recursive: true }));
  console.error(`The results are in ${writeResults(RESULTS_DIRECTORY, results)}`);
  return results;
}

function listScenarios(): string {
  return SCENARIOS.map((scenario) => {
    const goals = scenario.goals.map((goal) => `${goal.place} ${wanted(goal)}`);
    const about = `${scenario.title} ${describeShape(scenario.tree("disk"))}`;
    const when = scenario.when === "full" ? " (--full)" : "";
    return `${scenario.name.padEnd(21)} ${about}${when}\n${" ".repeat(22)}${goals.join(", ")}`;
  }).join("\n");
}

function print(text: string): number {
  console.log(text);
  return 0;
}

if (import.meta.main) {
  Deno.exit(
    await main(Deno.args).catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      return error instanceof DOMException && error.name === "AbortError" ? 130 : 1;
    }),
  );
}
