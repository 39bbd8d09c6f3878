/**
 * Pushes, pulls, mirrors and moves without end while somebody swaps links in, and looks into what
 * was pulled for what must not be there: a client of the swap test. One line of JSON a run.
 *
 *     deno run -A client.ts HOST:PORT DIRECTORY SECONDS
 *
 * @module
 */
import { copy, mirror, move, TransferError, type TransferSummary } from "../../../mod.ts";

const [address = "", directory = "", seconds = "1"] = Deno.args;
const end = performance.now() + Number(seconds) * 1000;
const LATE_MS = 20_000;
const SECRET = "SECRET";

const options = () => ({
  xattrs: true,
  acls: true,
  forceDelete: true,
  confirm: () => true,
  signal: AbortSignal.timeout(LATE_MS),
});
const local = `${directory}/local/`;
const pushed = `${address}//pushed`;

/** Everything a run can do at the daemon's end, reading and writing. */
const RUNS: readonly (() => Promise<TransferSummary>)[] = [
  () => mirror(local, pushed, options()),
  () => copy(`${address}//source/`, `${directory}/pulled`, options()),
  () => copy(local, pushed, { ...options(), compare: "always" }),
  () => mirror(`${address}//source/a/`, `${directory}/pulled`, options()),
  // Extras to delete, some of which are to be kept.
  () => mirror(`${local}a/`, pushed, { ...options(), backupDir: "../kept" }),
  () => copy(`${local}a/b/c`, `${pushed}/a/b/`, { ...options(), compare: "checksum" }),
  () => mirror(`${address}//source/`, `${directory}/pulled`, { ...options(), compare: "checksum" }),
  () => move(`${address}//source/a/b/c/moved`, `${directory}/pulled/`, options()),
];

/** The first file under `root` that holds what must not be read. */
function findSecret(root: string): string | undefined {
  for (const { name, isDirectory, isFile } of Deno.readDirSync(root)) {
    const path = `${root}/${name}`;
    if (name.includes(SECRET)) return path;
    if (isFile && Deno.readTextFileSync(path).includes(SECRET)) return path;
    const found = isDirectory ? findSecret(path) : undefined;
    if (found !== undefined) return found;
  }
}

// Each of them once at least, on a slow machine too.
for (let round = 0; performance.now() < end || round < RUNS.length; round++) {
  const start = performance.now();
  Deno.mkdirSync(`${directory}/pulled`, { recursive: true });
  let outcome: string;
  try {
    const summary = await RUNS[round % RUNS.length]?.();
    outcome = `exit ${summary?.exitCode}`;
  } catch (error) {
    outcome = error instanceof TransferError
      ? `refused ${error.message}`
      : error instanceof DOMException
      ? "late"
      : `defect ${error instanceof Error ? error.stack : error}`;
  }
  const secret = findSecret(`${directory}/pulled`);
  if (secret !== undefined) outcome = `read ${secret}`;
  Deno.removeSync(`${directory}/pulled`, { recursive: true });
  const ms = Math.round(performance.now() - start);
  console.log(JSON.stringify({ round: round % RUNS.length, outcome, ms }));
}
