import assert from "node:assert/strict";
import { floorContender } from "../../bench/contenders.ts";
import { SCENARIOS } from "../../bench/scenarios.ts";

const floor = floorContender((name) => [name], ["deno", "--version"]);

Deno.test("the floor has a command for each job whose goal asks what is possible", () => {
  const asking = SCENARIOS.filter(({ goals }) =>
    goals.some((goal) => goal.kind === "ratio" && goal.floor === true)
  );
  assert.ok(asking.length > 0);
  for (const { name, job, destination } of asking) {
    assert.ok(floor.commands[job] !== undefined, name);
    // It neither goes on nor compares content.
    assert.ok(["empty", "aged", "identical"].includes(destination), name);
  }
});

Deno.test("the floor copies, pushes or pulls by where its trees are, and moves one file alone", () => {
  const address = "floor://127.0.0.1:7/tree";
  const { copy, "copy-file": copyFile } = floor.commands;
  assert.deepEqual(copy?.("/a", "/b"), ["copy", "/a", "/b"]);
  assert.deepEqual(copy?.("/a", address), ["push", "/a", address]);
  assert.deepEqual(copy?.(address, "/b"), ["pull", address, "/b"]);
  assert.deepEqual(copyFile?.("/a/big", address), ["push", "/a", address, "alone"]);
});
