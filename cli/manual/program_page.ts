import { optionsOf, type ShownOption, usageOf } from "../help/sections.ts";
import type {
  Example,
  ExitCode,
  ProgramSpecification,
  VerbSpecification,
} from "../table/specification.ts";
import {
  type Block,
  capital,
  type ManualPage,
  paragraphs,
  type Section,
  type Term,
  terms,
} from "./page.ts";
import { surroundingsOf } from "./surroundings.ts";

/** What is said once for all verbs. */
const EVERYWHERE: readonly Term[] = [
  { term: "-h, --help", text: "Show help." },
  { term: "-V, --version", text: "Show the version." },
];

/** The manual page of a program with all its verbs. */
export function programPage(program: ProgramSpecification, others: readonly string[]): ManualPage {
  const { about, sections } = surroundingsOf(program.name);
  const shared = sharedParagraphs(program);
  const pages: readonly Section[] = [
    { heading: "Synopsis", blocks: synopsis(program) },
    {
      heading: "Description",
      blocks: paragraphs([...about, ...program.description, ...shared]),
    },
    {
      heading: "Verbs",
      blocks: program.verbs.flatMap((verb) => verbBlocks(program, verb, shared)),
    },
    { heading: "Options", blocks: options(program) },
    ...sections,
    { heading: "Exit codes", blocks: exitCodes(program) },
    { heading: "Examples", blocks: examples(program.examples) },
    { heading: "See also", blocks: paragraphs([others.join(", ")]) },
  ];
  return {
    name: program.name,
    chapter: 1,
    summary: program.summary,
    sections: pages.filter(({ blocks }) => blocks.length > 0),
  };
}

function synopsis(program: ProgramSpecification): Block[] {
  const lines = program.verbs.length > 0
    ? program.verbs.map((verb) => usageOf(program, verb))
    : [`${program.name} [OPTION]...`];
  return [{ kind: "usage", lines }];
}

/** What several verbs say of themselves in the same words. */
function sharedParagraphs({ verbs }: ProgramSpecification): string[] {
  const all = verbs.flatMap(({ description }) => description);
  return [...new Set(all.filter((text, index) => all.indexOf(text) !== index))];
}

/** What a verb does, with the options that only it has; those it shares stand further below. */
function verbBlocks(
  program: ProgramSpecification,
  verb: VerbSpecification,
  shared: readonly string[],
): Block[] {
  const own = optionsOf({ own: verb.own ?? [] }).flatMap(({ options }) => options);
  return [
    { kind: "heading", text: `${program.name} ${verb.name}` },
    { kind: "usage", lines: [usageOf(program, verb)] },
    ...paragraphs([
      `${capital(verb.summary)}.`,
      ...verb.description.filter((text) => !shared.includes(text)),
    ]),
    ...terms(own.map(termOf)),
    ...examples(verb.examples),
  ];
}

function options(program: ProgramSpecification): Block[] {
  if (program.verbs.length === 0) {
    const own = optionsOf(program).flatMap(({ options }) => options.map(termOf));
    return terms([...own, ...EVERYWHERE]);
  }
  const names = [...new Set(program.verbs.flatMap(({ options }) => options))]
    .filter((name) => name !== "help" && name !== "version");
  const groups = optionsOf({ options: names }).flatMap(({ group, options }): Block[] => [
    { kind: "heading", text: group },
    ...terms(options.map((option) => withVerbs(program, option))),
  ]);
  return [...terms(EVERYWHERE), ...groups];
}

function withVerbs(program: ProgramSpecification, option: ShownOption): Term {
  const { term, text } = termOf(option);
  const takers = program.verbs.filter(({ options }) =>
    optionsOf({ options }).some(({ options }) => options.some(({ forms }) => forms === term))
  ).map(({ name }) => name);
  const list = takers.length > 1
    ? `${takers.slice(0, -1).join(", ")} and ${takers.at(-1) ?? ""}`
    : takers.join();
  return { term, text: `${text} (${list})` };
}

function termOf({ forms, help }: ShownOption): Term {
  return { term: forms, text: help };
}

function examples(list: readonly Example[]): Block[] {
  if (list.length === 0) return [];
  const lines = list.flatMap(({ command, says }) => [`# ${says}`, command]);
  return [{ kind: "code", lines }];
}

/** Those of the program, and those that only some verb gives. */
function exitCodes(program: ProgramSpecification): Block[] {
  const known = new Map<number, ExitCode>();
  for (const exit of [...program.exitCodes, ...program.verbs.flatMap((verb) => verb.exitCodes)]) {
    if (!known.has(exit.code)) known.set(exit.code, exit);
  }
  const sorted = [...known.values()].sort((left, right) => left.code - right.code);
  return terms(sorted.map(({ code, means }) => ({ term: String(code), text: means })));
}
