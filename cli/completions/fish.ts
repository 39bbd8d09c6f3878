import type { Choice, CompletedOption, Context, Source } from "./grammar.ts";
import script from "./scripts/blit.fish" with { type: "text" };

/** The script for fish. */
export function fishScript(contexts: readonly Context[]): string {
  const programs = contexts.filter(({ verb }) => verb === "").map(({ program }) => program);
  return script.replace("@PROGRAMS@", programs.join(" -c "))
    .replace(
      "@COMPLETIONS@",
      () =>
        programs.flatMap((program) =>
          forProgram(contexts.filter((context) => context.program === program))
        ).join("\n"),
    );
}

/** What `complete` is told, and under which condition besides the verb. */
interface Rule {
  readonly words: string;
  readonly when?: string;
}

function forProgram(contexts: readonly Context[]): string[] {
  // The same rule of several verbs takes one line.
  const rules = new Map<string, { rule: Rule; verbs: string[] }>();
  for (const context of contexts) {
    for (const rule of [...operandRules(context), ...context.options.map(optionRule)]) {
      const key = JSON.stringify(rule);
      const known = rules.get(key);
      if (known === undefined) rules.set(key, { rule, verbs: [context.verb] });
      else known.verbs.push(context.verb);
    }
  }
  const hasVerbs = contexts.length > 1;
  const program = contexts[0]?.program ?? "";
  return [...rules.values()].flatMap(({ rule: { words, when }, verbs }) => {
    const named = verbs.filter((verb) => verb !== "");
    const places = [
      ...(verbs.includes("") ? [hasVerbs ? "__blit_without_verb" : ""] : []),
      ...(named.length > 0 ? [`__blit_with ${named.join(" ")}`] : []),
    ];
    return places.map((place) => {
      const condition = [place, when].filter(Boolean).join("; and ");
      return `complete -c ${program} ${condition && `-n ${quote(condition)} `}${words}`;
    });
  });
}

function operandRules({ operands: { source }, most }: Context): Rule[] {
  const noFiles = { words: "-f" };
  if (most === 0) return [noFiles];
  switch (source.kind) {
    case "words":
      return [
        noFiles,
        ...source.words.map(({ word, says }) => ({ words: `-a ${word}${described(says)}` })),
      ];
    case "endpoint":
      return [{ words: "-a '(__blit_ask endpoint)'" }, { words: "-f", when: "__blit_on_server" }];
    case "host":
      return [{ words: "-f -a '(__blit_ask host)'" }];
    case "file":
      return [];
    default:
      return [noFiles];
  }
}

function optionRule({ long, short, help, value }: CompletedOption): Rule {
  const forms = `${short === undefined ? "" : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  const taken = value === undefined ? "" : ` ${valueOf(value.source)}`;
  return { words: `${forms}${taken}${described(help)}` };
}

function valueOf(source: Source): string {
  switch (source.kind) {
    case "file":
      return "-rF";
    case "directory":
      return "-x -a '(__fish_complete_directories (commandline -ct))'";
    case "endpoint":
    case "host":
      return `-r -a '(__blit_ask ${source.kind})'`;
    case "words":
      return `-x -a ${quote(wordsOf(source.words))}`;
    case "list":
      return `-x -a ${quote(`(__blit_list ${wordsOf(source.words)})`)}`;
    case "text":
      return "-x";
  }
}

function wordsOf(words: readonly Choice[]): string {
  return words.map(({ word }) => word).join(" ");
}

function described(says: string): string {
  return says === "" ? "" : ` -d ${quote(says)}`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
