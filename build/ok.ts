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
  /** Whether what it says is shown as it comes, and not only when it fails. */
  readonly isShown?: boolean;
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
  { name: "docs/cli, packaging/man", args: ["run", "--allow-read", "cli/generate.ts", "--check"] },
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

/** What it says of its files is shown as it comes, since it takes minutes. */
const TESTS: Step = {
  name: "tests",
  args: ["run", "--allow-all", "build/tests.ts"],
  isShown: true,
};

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
}

async function run({ name, args, isShown = false }: Step): Promise<Outcome> {
  const start = performance.now();
  const stdio = isShown ? "inherit" : "piped";
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: stdio,
    stderr: stdio,
  }).spawn();
  const said = isShown ? "" : await heard(child);
  const { success } = await child.status;
  const outcome = { name, passed: success, seconds: (performance.now() - start) / 1000 };
  if (!success && !isShown) console.log(`\n${said.trim()}\n`);
  console.log(line(outcome));
  return outcome;
}

async function heard(child: Deno.ChildProcess): Promise<string> {
  const { stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout) + decoder.decode(stderr);
}

function line({ name, passed, seconds }: Outcome): string {
  return `${passed ? "ok    " : "FAILED"} ${name.padEnd(30)} ${seconds.toFixed(1).padStart(6)} s`;
}

const steps = Deno.args.includes("--without-tests") ? CHECKS : [...CHECKS, TESTS];
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
