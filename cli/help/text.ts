import { optionsOf, usageOf } from "./sections.ts";
import type {
  Example,
  ExitCode,
  ProgramSpecification,
  VerbSpecification,
} from "../table/specification.ts";
import { wrap } from "./wrap.ts";

const WIDTH = 80;
/** Where the explanation of an option begins. */
const COLUMN = 27;

/** What `PROGRAM --help` prints, without the last line's end. */
export function programHelp(program: ProgramSpecification): string {
  const usage = program.verbs.length > 0
    ? `Usage: ${program.name} VERB [OPTION]... [PATH]...`
    : `Usage: ${program.name} [OPTION]...`;
  const hint = program.verbs.length > 0 && [
    `"${program.name} VERB --help" has the options and examples of a verb.`,
  ];
  return sections([
    [`${program.name}: ${program.summary}`],
    [usage],
    ...paragraphs(program.description),
    program.verbs.length > 0 && [
      "Verbs:",
      ...program.verbs.flatMap(({ name, summary }) => entry(name, summary, 11)),
    ],
    [
      "Options:",
      ...optionsOf(program).flatMap(({ options }) =>
        options.flatMap((option) => entry(option.plain, option.help, COLUMN))
      ),
      ...entry("-h, --help", "Show this help.", COLUMN),
      ...entry("-V, --version", "Show the version.", COLUMN),
    ],
    examples(program.examples),
    exitCodes(program.exitCodes),
    hint,
  ]);
}

/** What `PROGRAM VERB --help` prints, without the last line's end. */
export function verbHelp(program: ProgramSpecification, verb: VerbSpecification): string {
  return sections([
    [`${program.name} ${verb.name}: ${verb.summary}`],
    [`Usage: ${usageOf(program, verb)}`],
    ...paragraphs(verb.description),
    ...optionsOf(verb).map(({ group, options }) => [
      group === "General" ? "Options:" : `${group}:`,
      ...options.flatMap((option) => entry(option.plain, option.help, COLUMN)),
    ]),
    examples(verb.examples),
    exitCodes(verb.exitCodes),
  ]);
}

function sections(list: readonly (readonly string[] | false)[]): string {
  return list.filter((lines) => lines !== false).map((lines) => lines.join("\n")).join("\n\n");
}

function paragraphs(texts: readonly string[]): string[][] {
  return texts.map((text) => wrap(text, WIDTH));
}

/** A term and its explanation beside it, or below where the term is long. */
function entry(term: string, text: string, column: number): string[] {
  const indent = " ".repeat(column);
  const lines = wrap(text, WIDTH - column).map((line) => indent + line);
  const head = `  ${term}`;
  if (head.length > column - 2) return [head, ...lines];
  const [first = "", ...rest] = lines;
  return [head.padEnd(column) + first.trimStart(), ...rest];
}

function examples(list: readonly Example[]): string[] {
  return ["Examples:", ...list.flatMap(({ command, says }) => [`  ${command}`, `      ${says}`])];
}

function exitCodes(list: readonly ExitCode[]): string[] {
  return ["Exit codes:", ...list.flatMap(({ code, means }) => entry(String(code), means, 7))];
}
