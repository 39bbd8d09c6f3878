/** Puts a result's table into a page, between two markers. */
import { fileURLToPath } from "node:url";
import type { Results } from "./results.ts";
import { renderMarkdown } from "./table.ts";

const BEGIN = "<!-- bench: begin -->";
const END = "<!-- bench: end -->";

/** `page` with `body` between its markers; throws a sentence where they are not there. */
export function replaceBetweenMarkers(page: string, body: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0) {
    throw new TypeError(`Cannot find where the table goes: "${BEGIN}" and "${END}" are needed`);
  }
  return `${page.slice(0, begin + BEGIN.length)}\n\n${body}\n\n${page.slice(end)}`;
}

/** Rewrites the table in the page at `path`, and formats it as the project's pages are. */
export async function writeDocument(path: string, results: Results): Promise<void> {
  const page = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, replaceBetweenMarkers(page, renderMarkdown(results)));
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const args = ["fmt", "--quiet", "--config", config, path];
  await new Deno.Command(Deno.execPath(), { args }).output();
}
