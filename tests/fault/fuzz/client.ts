/**
 * Pushes and pulls a small tree again and again until its time is over, and says on stdout how the
 * runs ended, one line of JSON for each: a client of the fuzz test.
 *
 *     deno run -A client.ts HOST:PORT DIRECTORY SECONDS
 *
 * @module
 */
import { copy, mirror, TransferError } from "../../../mod.ts";

const [address = "", directory = "", seconds = "1"] = Deno.args;
const end = performance.now() + Number(seconds) * 1000;
const LATE_MS = 6_000;

for (let round = 0; performance.now() < end; round++) {
  const start = performance.now();
  const signal = AbortSignal.timeout(LATE_MS);
  const push = round % 2 === 0;
  const [from, to] = push
    ? [`${directory}/source/`, `${address}//pushed`]
    : [`${address}//source/`, `${directory}/pulled`];
  let outcome: string;
  try {
    const run = round % 3 === 0 ? mirror : copy;
    const summary = await run(from, to, { xattrs: true, confirm: () => true, signal });
    outcome = `exit ${summary.exitCode}`;
  } catch (error) {
    outcome = signal.aborted
      ? "late"
      : error instanceof TransferError
      ? `refused ${error.code}`
      : `defect ${error instanceof Error ? error.stack : error}`;
  }
  const ms = Math.round(performance.now() - start);
  console.log(JSON.stringify({ round, push, outcome, ms }));
}
