/**
 * Removes without end what somebody swaps links into: a client of the swap test of removal. Trees
 * are made aside and renamed into their place, so that nothing here goes through a link. One line
 * of JSON a run.
 *
 *     deno run -A remover.ts HOST:PORT DIRECTORY SECONDS
 *
 * DIRECTORY/module is what the server exports; the tree is DIRECTORY/module/tree.
 *
 * @module
 */
import { remove } from "../../../core/admin/mod.ts";
import { TransferError } from "../../../mod.ts";
import { plantRemovable } from "./removable_tree.ts";

const [address = "", directory = "", seconds = "1"] = Deno.args;
const end = performance.now() + Number(seconds) * 1000;
const LATE_MS = 20_000;
const tree = `${directory}/module/tree`;

/** What is removed, by the server and by this process. */
const ENDPOINTS = [
  `${address}//tree`,
  tree,
  `${address}//tree/a/b`,
  `${address}//tree/`,
  `${address}//tree/a`,
  `${address}//tree/a/b/c/`,
];

/** Puts a whole tree where what was left of the last one is. */
function renew(round: number): void {
  const staged = `${directory}/staged`;
  plantRemovable(staged, "removable");
  for (let tries = 0; tries < 1000; tries++) {
    try {
      Deno.renameSync(staged, tree);
      return;
    } catch {
      // A link, or a tree of which something was left.
      try {
        Deno.renameSync(tree, `${directory}/left-${round}-${tries}`);
      } catch { /* it has gone meanwhile */ }
    }
  }
  throw new Error("The tree could not be put in its place.");
}

for (let round = 0; performance.now() < end; round++) {
  renew(round);
  const start = performance.now();
  let [removed, failed] = [0, 0];
  let outcome = "done";
  try {
    const signal = AbortSignal.timeout(LATE_MS);
    const endpoint = ENDPOINTS[round % ENDPOINTS.length] ?? "";
    for await (const step of remove(endpoint, { recursive: true, signal })) {
      if (step.type === "failure") failed++;
      else removed++;
    }
  } catch (error) {
    outcome = error instanceof TransferError
      ? `refused ${error.message}`
      : error instanceof DOMException
      ? "late"
      : `defect ${error instanceof Error ? error.stack : error}`;
  }
  const ms = Math.round(performance.now() - start);
  console.log(JSON.stringify({ round: round % ENDPOINTS.length, outcome, removed, failed, ms }));
}
