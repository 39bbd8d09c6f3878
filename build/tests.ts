/**
 * `deno task test [--jobs N] [--again] [PATH...]`: all tests, or those below the paths given. Every
 * test file that runs programs has a process of its own, some side by side: these tests wait as
 * much as they work, and what belongs to a process (the environment, the umask, signals) is no
 * matter between two of them, as it would be with `deno test --parallel`. Files of unit and
 * property tests share one, one after the other. Ends with one line that counts them all.
 *
 * All of them run the programs as they are bundled: that is what users run, and starting them takes
 * half as long, which hundreds of tests do. Those of a few paths run them from their source.
 *
 * With `--again`, what failed beside others runs once more, alone, and that counts: on a
 * machine of unknown load. What they said the first time stays to be read, and they are named.
 *
 * @module
 */
import { bundle } from "./bundle.ts";
import { countTests, NO_TESTS, sumTests, type TestCount } from "./test_count.ts";
import { ROOT } from "./programs.ts";

/** Those that take longest come first, so that at the end nobody waits for one of them. */
const ORDER = ["tests/fault", "tests/integration", "tests/property", "tests/unit", "tests/support"];

/** Those of them that mostly wait. They stand in each other's way only, while others work. */
const WAITING = [
  "tests/integration/delta_test.ts",
  "tests/fault/remote_dead_peer_test.ts",
  "tests/integration/stall_calls_test.ts",
  "tests/property/watch/edits_test.ts",
  "tests/integration/emission_slow_test.ts",
  "tests/integration/remote_link_test.ts",
  "tests/integration/remote_network_test.ts",
];

/** Property tests too long to stand behind others in one process. */
const LONG_PROPERTIES = [
  "tests/property/delta_test.ts",
  "tests/property/filter_test.ts",
  "tests/property/hidden_edits_test.ts",
  "tests/property/resume_test.ts",
  "tests/property/watch/edits_test.ts",
];

/** Those that take all of the machine; they come last, with nothing beside them. */
const ALONE = [
  "tests/integration/daemon_fifty_test.ts",
  "tests/integration/remote_fifty_test.ts",
];

/** What one process runs. */
interface Batch {
  readonly name: string;
  /** Arguments of `deno test`. */
  readonly args: readonly string[];
}

interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly count: TestCount;
  /** Files that failed, of those that the process ran. */
  readonly failed: readonly string[];
}

/** A test file that takes longer than this hangs, on the slowest machine too. */
const PATIENCE_MS = 15 * 60_000;

const running = new Set<Deno.ChildProcess>();

/** Where the tests find the programs, for tests/support/programs.ts. */
let programs: Readonly<Record<string, string>> = {};

function testFiles(path: string): string[] {
  if (Deno.statSync(path).isFile) return [path];
  return [...Deno.readDirSync(path)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testFiles(`${path}/${name}`);
    return name.endsWith("_test.ts") ? [`${path}/${name}`] : [];
  }).sort();
}

/** What runs a file: a process of that name. Starting one takes longer than most unit tests. */
function processOf(file: string): string {
  const [, level = "", folder = ""] = file.split("/");
  if (level === "unit") return folder.endsWith(".ts") ? "tests/unit" : `tests/unit/${folder}`;
  return level === "property" && !LONG_PROPERTIES.includes(file) ? "tests/property" : file;
}

function batches(paths: readonly string[]): Batch[] {
  const files = (paths.length > 0 ? paths : ORDER).flatMap((path) => testFiles(path));
  const processes = Map.groupBy(files, processOf);
  const tests = [...processes].map(([name, args]) => ({ name: name.replace("tests/", ""), args }));
  if (paths.length > 0) return tests;
  return [{ name: "examples in the documentation", args: ["--doc", "--ignore=tests"] }, ...tests];
}

function isOf(list: readonly string[], { args }: Batch): boolean {
  return args.some((path) => list.includes(path));
}

/** Runs them in this order, so many at a time; half of those wait as long as there is such a one. */
async function runAll(batches: readonly Batch[], jobs: number): Promise<Outcome[]> {
  const waiting = batches.filter((batch) => isOf(WAITING, batch));
  const working = batches.filter((batch) => !isOf(WAITING, batch));
  const outcomes: Outcome[] = [];
  await Promise.all(Array.from({ length: jobs }, async (_, job) => {
    const [first, then] = job % 2 === 1 ? [waiting, working] : [working, waiting];
    const next = (): Batch | undefined => first.shift() ?? then.shift();
    for (let batch = next(); batch !== undefined; batch = next()) outcomes.push(await run(batch));
  }));
  return outcomes;
}

/** Runs what failed once more, alone, and puts that in its place. */
async function runAgain(batches: readonly Batch[], outcomes: Outcome[]): Promise<void> {
  for (const [at, { name, count }] of outcomes.entries()) {
    const batch = batches.find((batch) => batch.name === name);
    if (count.failed === 0 || batch === undefined) continue;
    console.log(`\n${name} failed beside others; once more, alone:`);
    outcomes[at] = await run(batch);
  }
}

/** Ends a process and all that it has started. */
function end(child: Deno.ChildProcess): void {
  try {
    // It leads a group of its own, see `detached`; a negative number is the group, see kill(2).
    Deno.kill(Deno.build.os === "windows" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

async function run({ name, args }: Batch): Promise<Outcome> {
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    // Types are checked by `deno task ok`, once and not for every file.
    args: ["test", "--allow-all", "--no-check", ...args],
    env: { NO_COLOR: "1", ...programs },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  running.add(child);
  let late = "";
  const timer = setTimeout(() => {
    late = `\nIt did not end within ${PATIENCE_MS / 60_000} minutes.`;
    end(child);
  }, PATIENCE_MS);
  const { success, stdout, stderr } = await child.output();
  clearTimeout(timer);
  running.delete(child);
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr) + late;
  const outcome = {
    name,
    seconds: (performance.now() - start) / 1000,
    count: countTests(said, success),
    failed: args.length > 1 ? args.filter((file) => hasFailed(file, said)) : [],
  };
  if (outcome.count.failed > 0) console.log(`\n${said.trim()}\n`);
  console.log(line(outcome));
  return outcome;
}

/** Whether `deno test` names the file where it lists what failed. */
function hasFailed(file: string, said: string): boolean {
  return said.includes(`=> ./${file}:`) || said.includes(`./${file} (uncaught error)`);
}

function line({ name, seconds, count, failed: files }: Outcome): string {
  const { passed, failed, ignored } = count;
  const word = failed === 0 ? "ok    " : "FAILED";
  const counts = `${passed} passed` + (failed > 0 ? `, ${failed} failed` : "") +
    (ignored > 0 ? `, ${ignored} ignored` : "") +
    (files.length > 0 ? ` (${files.join(", ")})` : "");
  return `${word} ${name.padEnd(44)} ${seconds.toFixed(1).padStart(6)} s  ${counts}`;
}

/** Two more than there are processors, since most of the time most of them wait. */
let jobs = navigator.hardwareConcurrency + 2;
let again = false;
const paths: string[] = [];
for (let at = 0; at < Deno.args.length; at++) {
  if (Deno.args[at] === "--jobs") jobs = Math.max(1, Number(Deno.args[++at]) || 1);
  else if (Deno.args[at] === "--again") again = true;
  else paths.push(Deno.args[at] ?? "");
}

Deno.chdir(ROOT);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  if (Deno.build.os === "windows" && signal === "SIGTERM") continue;
  Deno.addSignalListener(signal, () => {
    for (const child of running) end(child);
    Deno.exit(130);
  });
}
const start = performance.now();
if (paths.length === 0) {
  const folder = `${Deno.cwd()}/dist/tests`;
  await bundle(folder);
  programs = { BLIT_TEST_PROGRAMS: folder };
}
const all = batches(paths);
const outcomes = [
  ...await runAll(all.filter((batch) => !isOf(ALONE, batch)), jobs),
  ...await runAll(all.filter((batch) => isOf(ALONE, batch)), 1),
];
if (again) await runAgain(all, outcomes);
const total = outcomes.reduce((sum, { count }) => sumTests(sum, count), NO_TESTS);
if (total.reasons.size > 0) {
  const reasons = [...total.reasons].sort(([, a], [, b]) => b - a);
  console.log(`\nIgnored: ${reasons.map(([reason, times]) => `${times} ${reason}`).join(", ")}.`);
}
const failed = outcomes.filter(({ count }) => count.failed > 0);
// Once more, because what failed may have been said far above.
if (failed.length > 0) console.log(`\n${failed.map(line).join("\n")}`);
const seconds = Math.round((performance.now() - start) / 1000);
console.log(
  `\n${failed.length > 0 ? "FAILED" : "ok"} | ${total.passed} passed | ${total.failed} failed | ` +
    `${total.ignored} ignored (${seconds} s)`,
);
Deno.exit(failed.length > 0 ? 1 : 0);
