import { CONFLICTS, optionsFor } from "../table/mod.ts";
import type { Example, ExitCode, ProgramSpecification } from "../table/specification.ts";
import type { VerbSpecification } from "../table/specification.ts";
import { blocksOf } from "../manual/markdown.ts";
import { surroundingsOf } from "../manual/surroundings.ts";
import { optionsOf, usageOf } from "./sections.ts";
import { wrap } from "./wrap.ts";

const WIDTH = 100;
const NOTICE = "<!-- Made from cli/table by cli/generate.ts; edit the table instead. -->";

/** The pages of docs/cli by file name. */
export function referencePages(programs: readonly ProgramSpecification[]): Map<string, string> {
  const pages = new Map<string, string>();
  for (const program of programs) {
    pages.set(`${program.name}.md`, programPage(program));
    for (const verb of program.verbs) {
      pages.set(`${program.name}-${verb.name}.md`, verbPage(program, verb));
    }
  }
  return pages;
}

function programPage(program: ProgramSpecification): string {
  const verbs = program.verbs.flatMap(({ name, summary }) =>
    item(`[\`${program.name} ${name}\`](${program.name}-${name}.md): ${summary}`)
  );
  const { about, sections } = surroundingsOf(program.name);
  return page([
    [`# ${program.name}`],
    [`${capital(program.summary)}.`],
    ...[...about, ...program.description].map((text) => wrap(text, WIDTH)),
    verbs.length > 0 && ["## Verbs"],
    verbs,
    ["## Options"],
    [
      ...optionsOf(program).flatMap(({ options }) =>
        options.flatMap(({ forms, help }) => item(`\`${forms}\`: ${help}`))
      ),
      "- `-h`, `--help`: Show help.",
      "- `-V`, `--version`: Show the version.",
    ],
    ...sections.flatMap(({ heading, blocks }) => [[`## ${heading}`], ...blocksOf(blocks)]),
    ...examples(program.examples),
    ...exitCodes(program.exitCodes),
  ]);
}

function verbPage(program: ProgramSpecification, verb: VerbSpecification): string {
  const names = optionsFor(verb).map(({ name }) => name);
  const conflicts = CONFLICTS.filter(({ first, second }) =>
    names.includes(first) && names.includes(second)
  ).map(({ first, second, because }) => item(`\`--${first}\` and \`--${second}\`: ${because}.`));
  return page([
    [`# ${program.name} ${verb.name}`],
    [`${capital(verb.summary)}.`],
    ["```", usageOf(program, verb), "```"],
    ...verb.description.map((text) => wrap(text, WIDTH)),
    ["## Options"],
    ...optionsOf(verb).flatMap(({ group, options }) => [
      [`### ${group}`],
      options.flatMap(({ forms, help }) => item(`\`${forms}\`: ${help}`)),
    ]),
    conflicts.length > 0 && ["### Options that contradict each other"],
    conflicts.flat(),
    ...examples(verb.examples),
    ...exitCodes(verb.exitCodes),
  ]);
}

function page(blocks: readonly (readonly string[] | false)[]): string {
  const texts = blocks.filter((lines) => lines !== false && lines.length > 0)
    .map((lines) => (lines || []).join("\n"));
  return [NOTICE, ...texts].join("\n\n") + "\n";
}

/** A list item whose further lines stand under its text. */
function item(text: string): string[] {
  return wrap(text, WIDTH - 2).map((line, index) => (index === 0 ? "- " : "  ") + line);
}

function examples(list: readonly Example[]): string[][] {
  const lines = list.flatMap(({ command, says }, index) => [
    ...(index > 0 ? [""] : []),
    `# ${says}`,
    command,
  ]);
  return [["## Examples"], ["```sh", ...lines, "```"]];
}

function exitCodes(list: readonly ExitCode[]): string[][] {
  return [["## Exit codes"], list.map(({ code, means }) => `- \`${code}\`: ${means}`)];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
