/**
 * Writes tests/golden/api.txt, the library's public interface without its documentation, or with
 * `--check` says whether it is up to date: a change of it is a change for users and belongs in
 * CHANGELOG.md.
 *
 * @module
 */
import { ROOT } from "./programs.ts";

const GOLDEN = new URL("tests/golden/api.txt", ROOT);

/** What mod.ts exports, as `deno doc` prints it, documentation and places left out. */
export async function publicApi(): Promise<string> {
  const documentation = linesOfDocumentation(JSON.parse(await denoDoc("--json")));
  const lines = (await denoDoc()).split("\n").filter((line) =>
    !line.startsWith("Defined in ") && !/^\s*@\w+( |$)/.test(line) &&
    !documentation.has(line.trim())
  );
  const text = lines.join("\n").replace(/\n{2,}/g, "\n\n").replace(/\n\n(?= {2})/g, "\n");
  return `${text.trim()}\n`;
}

async function denoDoc(...options: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", ...options, "mod.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Cannot read mod.ts:\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Every line of every text under a key "doc" in the output of `deno doc --json`. */
function linesOfDocumentation(node: unknown, lines = new Set<string>()): Set<string> {
  if (typeof node !== "object" || node === null) return lines;
  for (const [key, value] of Object.entries(node)) {
    if (key !== "doc" || typeof value !== "string") linesOfDocumentation(value, lines);
    else for (const line of value.split("\n")) if (line.trim() !== "") lines.add(line.trim());
  }
  return lines;
}

if (import.meta.main) {
  const api = await publicApi();
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(GOLDEN, api);
  else if (api !== Deno.readTextFileSync(GOLDEN)) {
    console.error(
      "The public interface is not what tests/golden/api.txt says. If that is meant, run " +
        '"deno task generate" and tell users in CHANGELOG.md.',
    );
    Deno.exit(1);
  }
}
