/**
 * The programs that tests run. `deno task test` bundles them first and says where in
 * `BLIT_TEST_PROGRAMS`: that is what users run, and starts in half the time. A test file that is
 * run alone with `deno test` takes them from their source.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { PROGRAMS } from "../../build/programs.ts";

/** Which program. */
export type ProgramName = "blit" | "blit-daemon" | "blit-utils";

/** The entry file of a program, as a path. */
export function programFile(name: ProgramName): string {
  const bundles = Deno.env.get("BLIT_TEST_PROGRAMS");
  if (bundles) return `${bundles}/${name}.js`;
  const { main } = PROGRAMS.find((program) => program.name === name)!; // all three are in the list
  return fileURLToPath(new URL(`../../${main}`, import.meta.url));
}
