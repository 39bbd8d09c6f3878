/**
 * `deno task ok [--without-tests]`: everything that a commit must pass, the quick checks first. All
 * steps are run, whatever fails; what a failing one has said is shown, and at the end each step
 * with its time.
 *
 * @module
 */
import { ROOT } from "./programs.ts";

interface Step {
  readonly name: string;
  /** Arguments of deno(1). */
  readonly args: readonly string[];
}

const CHECKS: readonly Step[] = [
  { name: "format", args: ["fmt", "--check", "--quiet"] },
  {
    // Written for another compiler, so deno.json leaves it out of all else.
    name: "format of AssemblyScript",
    args: ["fmt", "--check", "--quiet", "--no-config", "--line-width=100", "wasm/assembly"],
  },
  { name: "lint", args: ["lint", "--quiet"] },
  { name: "direction of imports", args: ["run", "--allow-read", "build/check_imports.ts"] },
  { name: "types, examples too", args: ["check", "--quiet", "--doc", "."] },
  { name: "documentation of the library", args: ["doc", "--quiet", "--lint", "mod.ts"] },
  {
    name: "tests/golden/api.txt",
    args: ["run", "--allow-read", "--allow-run", "--allow-env", "build/public_api.ts", "--check"],
  },
  { name: "docs/cli", args: ["run", "--allow-read", "cli/generate.ts", "--check"] },
  {
    name: "docs/protocol/messages.md",
    args: ["run", "--allow-read", "--allow-run", "build/protocol_page.ts", "--check"],
  },
  {
    name: "wasm/blit.wasm",
    args: ["run", "--allow-read", "--allow-env", "wasm/build.ts", "--check"],
  },
  { name: "proto/generated", args: ["run", "--allow-all", "build/proto.ts", "--check"] },
];

/** `deno task test` runs the same tests in one go. */
const TESTS: readonly Step[] = [
  { name: "examples", args: ["--doc", "cli", "core", "mod.ts"] },
  { name: "unit tests", args: ["tests/unit", "tests/support"] },
  { name: "property tests", args: ["tests/property"] },
  { name: "integration tests", args: ["tests/integration"] },
  { name: "fault tests", args: ["tests/fault"] },
].map(({ name, args }) => ({
  name,
  args: ["test", "--allow-all", "--quiet", "--no-check", ...args],
}));

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** The line in which a test runner counts. */
  readonly count: string;
}

async function run({ name, args }: Step): Promise<Outcome> {
  const start = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  const count = said.match(/\d+ passed.*? \| \d+ failed(?: \| \d+ ignored)?/)?.[0] ?? "";
  const outcome = { name, passed: success, seconds: (performance.now() - start) / 1000, count };
  if (!success) console.log(`\n${said.trim()}\n`);
  console.log(line(outcome));
  return outcome;
}

function line({ name, passed, seconds, count }: Outcome): string {
  const word = passed ? "ok    " : "FAILED";
  return `${word} ${name.padEnd(30)} ${seconds.toFixed(1).padStart(6)} s  ${count}`.trimEnd();
}

const steps = Deno.args.includes("--without-tests") ? CHECKS : [...CHECKS, ...TESTS];
const outcomes: Outcome[] = [];
for (const step of steps) outcomes.push(await run(step));
const failed = outcomes.filter(({ passed }) => !passed);
if (failed.length > 0) {
  // Once more, because what failed may have been said far above.
  console.log(`\n${outcomes.map(line).join("\n")}`);
  console.log(`\nNot ok: ${failed.map(({ name }) => name).join(", ")}.`);
  Deno.exit(1);
}
const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
console.log(`\nAll ${outcomes.length} steps are ok (${seconds.toFixed(0)} s).`);
