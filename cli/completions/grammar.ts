/**
 * Shell completions. `blit completions SHELL` prints a script that knows verbs, options and their
 * values by itself, made here from the table, so that completing them starts no program. For what
 * no script can know, servers, their modules and what is in them, it calls back
 * `blit __complete`, which `answer.ts` carries out. Begin with this file, then `bash.ts`.
 *
 * @module
 */
import { optionsFor } from "../table/mod.ts";
import type {
  OptionSpecification,
  ProgramSpecification,
  ValueType,
} from "../table/specification.ts";

/** The shells that there are scripts for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];

/** A word that may stand somewhere, and what it means. */
export interface Choice {
  readonly word: string;
  readonly says: string;
}

/** What may stand in a place of the command line. */
export type Source =
  /** Nothing that a shell could know. */
  | { readonly kind: "text" }
  | { readonly kind: "file" | "directory" | "endpoint" | "host" }
  /** One of these, or several of them with commas between. */
  | { readonly kind: "words" | "list"; readonly words: readonly Choice[] };

/** An option as it is completed. */
export interface CompletedOption {
  /** With its dashes. */
  readonly long: string;
  /** With its dash. */
  readonly short?: string;
  readonly help: string;
  /** What its value is called and what it may be; flags have none. */
  readonly value?: { readonly name: string; readonly source: Source };
}

/** What may stand behind a program, or behind one of its verbs. */
export interface Context {
  readonly program: string;
  /** Empty for the program itself. */
  readonly verb: string;
  readonly options: readonly CompletedOption[];
  /** What its operands are called, and what they may be; the program's are its verbs. */
  readonly operands: { readonly name: string; readonly source: Source };
  /** How many operands there may be. */
  readonly most: number;
}

/** The program's own context, then those of its verbs. */
export function contextsOf(program: ProgramSpecification): Context[] {
  const verbs = program.verbs.map(({ name, summary }) => ({ word: name, says: summary }));
  const own = optionsFor({ options: [...program.options ?? [], "help", "version"] });
  return [
    {
      program: program.name,
      verb: "",
      options: completed(own, verbs),
      operands: { name: "VERB", source: { kind: "words", words: verbs } },
      most: verbs.length > 0 ? 1 : 0,
    },
    ...program.verbs.map((verb) => ({
      program: program.name,
      verb: verb.name,
      options: completed(optionsFor(verb), verbs),
      operands: {
        name: verb.operands.usage.replace(/^\[?(\w+).*/, "$1"),
        source: sourceOf(verb.operands.type, verb.operands.choices ?? [], verbs),
      },
      most: verb.operands.most ?? Infinity,
    })),
  ];
}

/** An option as it may be typed. */
export function formsOf({ long, short }: CompletedOption): string[] {
  return short === undefined ? [long] : [long, short];
}

/** A source in a word, for shells that have little else: `file`, `words:name,size,time`. */
export function sourceWord(source: Source): string {
  return "words" in source
    ? `${source.kind}:${source.words.map(({ word }) => word).join(",")}`
    : source.kind;
}

function completed(
  options: readonly OptionSpecification[],
  verbs: readonly Choice[],
): CompletedOption[] {
  return options.filter(({ hidden }) => !hidden).map((option) => ({
    long: `--${option.name}`,
    ...(option.short !== undefined && { short: `-${option.short}` }),
    help: option.help,
    ...(option.type !== "flag" && {
      value: {
        name: option.value ?? "VALUE",
        source: sourceOf(option.type, option.choices ?? [], verbs),
      },
    }),
  }));
}

function sourceOf(
  type: ValueType,
  choices: readonly string[],
  verbs: readonly Choice[],
): Source {
  const words = choices.map((word) => ({ word, says: "" }));
  switch (type) {
    case "file":
    case "path":
      return { kind: "file" };
    case "directory":
    case "endpoint":
    case "host":
      return { kind: type };
    case "choice":
      return { kind: "words", words };
    case "choices":
      return { kind: "list", words };
    case "shell":
      return { kind: "words", words: SHELLS.map((word) => ({ word, says: "" })) };
    case "verb":
      return { kind: "words", words: verbs };
    default:
      return { kind: "text" };
  }
}
