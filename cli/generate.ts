/**
 * Writes docs/cli from the table: `deno run -R -W cli/generate.ts`. With `--check` it writes
 * nothing and fails when a page is out of date.
 *
 * @module
 */
import { referencePages } from "./help/reference.ts";
import { BLIT, BLIT_DAEMON, BLIT_UTILS } from "./table/mod.ts";

const FOLDER = new URL("../docs/cli/", import.meta.url);

/** The pages as they should be. */
export function expectedPages(): Map<string, string> {
  return referencePages([BLIT, BLIT_UTILS, BLIT_DAEMON]);
}

/** The names of pages that are missing, different or no longer made. */
export function stalePages(): string[] {
  const expected = expectedPages();
  const present = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
    .filter((name) => name.endsWith(".md"));
  const changed = [...expected].filter(([name, text]) =>
    !present.includes(name) || Deno.readTextFileSync(new URL(name, FOLDER)) !== text
  ).map(([name]) => name);
  return [...changed, ...present.filter((name) => !expected.has(name))];
}

if (import.meta.main) {
  const stale = stalePages();
  if (!Deno.args.includes("--check")) {
    const expected = expectedPages();
    for (const name of stale) {
      const text = expected.get(name);
      if (text === undefined) Deno.removeSync(new URL(name, FOLDER));
      else Deno.writeTextFileSync(new URL(name, FOLDER), text);
      console.log(`docs/cli/${name}`);
    }
  } else if (stale.length > 0) {
    console.error(`Out of date in docs/cli: ${stale.join(", ")}. Run cli/generate.ts.`);
    Deno.exit(1);
  }
}
