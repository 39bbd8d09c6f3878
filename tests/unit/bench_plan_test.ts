import assert from "node:assert/strict";
import { parseOptions } from "../../bench/options.ts";
import { plan } from "../../bench/plan.ts";
import { SCENARIOS } from "../../bench/scenarios.ts";

const names = (args: string[]) =>
  plan(parseOptions(args)).map((one) => `${one.scenario.name} ${one.place}`);

Deno.test("scenarios have names of their own and a goal each", () => {
  assert.equal(new Set(SCENARIOS.map((scenario) => scenario.name)).size, SCENARIOS.length);
  for (const scenario of SCENARIOS) assert.ok(scenario.goals.length > 0, scenario.name);
});

Deno.test("a plain run holds every scenario but the million, in the places of its goals", () => {
  const planned = names([]);
  assert.ok(planned.includes("small-files tmpfs") && planned.includes("small-files disk"));
  assert.ok(planned.includes("cold-cache disk") && !planned.includes("cold-cache tmpfs"));
  assert.ok(!planned.some((name) => name.startsWith("million")));
  assert.ok(names(["--full"]).includes("million tmpfs"));
});

Deno.test("a scenario named runs wherever it has goals, also one left out otherwise", () => {
  assert.deepEqual(names(["--scenario", "million"]), ["million tmpfs"]);
  assert.deepEqual(names(["--quick", "--scenario", "cold-cache"]), ["cold-cache disk"]);
  assert.deepEqual(names(["--scenario", "mixed", "--place", "disk"]), ["mixed disk"]);
  assert.throws(() => names(["--scenario", "nothing"]), /Cannot find the scenario "nothing"/);
});

Deno.test("quick shrinks trees to a tenth and takes three rounds", () => {
  const [one] = plan(parseOptions(["--quick", "--scenario", "small-files"]));
  assert.deepEqual([one?.shape.directories, one?.shape.filesPerDirectory], [100, 100]);
  assert.equal(one?.rounds, 3);
});

Deno.test("short scenarios take more rounds, long ones no more than they are worth", () => {
  const rounds = (name: string) =>
    plan(parseOptions(["--scenario", name, "--rounds", "5"]))[0]?.rounds;
  assert.deepEqual([rounds("small-files"), rounds("one-file"), rounds("million")], [5, 20, 3]);
});

Deno.test("scenarios with the same tree share it, others do not", () => {
  const keys = new Map(
    plan(parseOptions(["--place", "disk"])).map((one) => [
      one.scenario.name,
      one.treeKey,
    ]),
  );
  assert.equal(keys.get("small-files"), keys.get("cold-cache"));
  assert.notEqual(keys.get("small-files"), keys.get("mirror-extras"));
  assert.notEqual(keys.get("big-file"), keys.get("mixed"));
});

Deno.test("options that cannot be used are refused with a sentence", () => {
  assert.throws(() => parseOptions(["--rounds", "0"]), /Cannot use "0" as --rounds/);
  assert.throws(() => parseOptions(["--rounds", "x"]), /Cannot use "x" as --rounds/);
  assert.throws(() => parseOptions(["--place", "moon"]), /it is tmpfs or disk/);
  assert.throws(() => parseOptions(["--blit", " "]), /empty --blit/);
  assert.throws(() => parseOptions(["--unknown"]), TypeError);
  assert.deepEqual(parseOptions(["--blit", "bin/blit  -q"]).blit, ["bin/blit", "-q"]);
});
