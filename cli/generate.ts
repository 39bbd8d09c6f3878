/**
 * Writes what is made from the table, docs/cli and packaging/man: `deno run -R -W
 * cli/generate.ts`. With `--check` it writes nothing and fails when a page is out of date.
 *
 * @module
 */
import { referencePages } from "./help/reference.ts";
import { manualPages, markdownPages } from "./manual/pages.ts";
import { BLIT, BLIT_DAEMON, BLIT_UTILS } from "./table/mod.ts";

const ROOT = new URL("../", import.meta.url);
const PROGRAMS = [BLIT, BLIT_UTILS, BLIT_DAEMON];

/** What is made for one folder: every file in it whose name matches is. */
interface Target {
  readonly folder: string;
  readonly names: RegExp;
  readonly pages: ReadonlyMap<string, string>;
}

function targets(): readonly Target[] {
  return [
    {
      folder: "docs/cli/",
      names: /\.md$/,
      pages: new Map([...referencePages(PROGRAMS), ...markdownPages()]),
    },
    { folder: "packaging/man/", names: /\.[0-9]$/, pages: manualPages(PROGRAMS) },
  ];
}

/** The paths of pages that are missing, different or no longer made. */
export function stalePages(): string[] {
  return [...stale().keys()];
}

/** The same with what they should be. */
function stale(): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const { folder, names, pages } of targets()) {
    const url = new URL(folder, ROOT);
    const present = [...Deno.readDirSync(url)].map(({ name }) => name)
      .filter((name) => names.test(name));
    for (const name of new Set([...pages.keys(), ...present])) {
      const text = pages.get(name);
      const same = present.includes(name) && Deno.readTextFileSync(new URL(name, url)) === text;
      if (!same) found.set(folder + name, text);
    }
  }
  return found;
}

if (import.meta.main) {
  const pages = stale();
  if (!Deno.args.includes("--check")) {
    for (const [path, text] of pages) {
      if (text === undefined) Deno.removeSync(new URL(path, ROOT));
      else Deno.writeTextFileSync(new URL(path, ROOT), text);
      console.log(path);
    }
  } else if (pages.size > 0) {
    console.error(`Out of date: ${[...pages.keys()].join(", ")}. Run cli/generate.ts.`);
    Deno.exit(1);
  }
}
