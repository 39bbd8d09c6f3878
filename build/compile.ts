/**
 * `deno task compile [NAME...]`: the programs as executables in bin/, for the machine it runs on.
 * What is compiled is what `deno task bundle` has put into dist/: few modules to load, and none
 * of the npm packages that only building and testing need. Deno downloads its runtime for that
 * once, or takes the one that DENORT_BIN names.
 *
 * @module
 */
import { type Program, PROGRAMS, ROOT } from "./programs.ts";

const EXTENSION = Deno.build.os === "windows" ? ".exe" : "";

async function compile({ name, permissions, engine }: Program): Promise<string> {
  // Deno finds none of them by itself: their names are hidden (build/bundle.ts).
  const chunks = [...Deno.readDirSync(new URL("dist", ROOT))].map(({ name }) => name)
    .filter((file) => file.endsWith(".js") && !PROGRAMS.some(({ name }) => file === `${name}.js`));
  const output = `bin/${name}${EXTENSION}`;
  // To one side: where Deno fails it has removed what stood at its output before.
  const partial = `bin/partial-${name}${EXTENSION}`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--quiet",
      "--no-check",
      // The import map and the lock file name what building needs; none of it belongs inside.
      "--no-config",
      "--no-lock",
      ...engine,
      ...permissions,
      ...chunks.flatMap((file) => ["--include", `dist/${file}`]),
      "--output",
      partial,
      `dist/${name}.js`,
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) {
    await Deno.rename(new URL(partial, ROOT), new URL(output, ROOT));
    return output;
  }
  // Deno adds the addresses of its own functions.
  const [said = ""] = new TextDecoder().decode(stderr).split("\nStack backtrace:");
  throw new Error(explain(name, said.trim()));
}

/** What went wrong, and what to do where that is known. */
function explain(name: string, said: string): string {
  if (!/download|sending request|denort|dns error|connect/i.test(said)) {
    return `Cannot compile ${name}:\n${said}`;
  }
  return `Cannot compile ${name}: Deno's runtime for compiled programs could not be downloaded. ` +
    `Go online, or name a runtime of Deno ${Deno.version.deno} in DENORT_BIN.\n${said}`;
}

if (import.meta.main) {
  const unknown = Deno.args.filter((name) => !PROGRAMS.some((program) => program.name === name));
  if (unknown.length > 0) {
    const names = PROGRAMS.map(({ name }) => name).join(", ");
    console.error(`Cannot compile "${unknown.join('", "')}": the programs are ${names}.`);
    Deno.exit(64);
  }
  try {
    const wanted = PROGRAMS.filter(({ name }) =>
      Deno.args.length === 0 || Deno.args.includes(name)
    );
    for (const program of wanted) console.log(await compile(program));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
