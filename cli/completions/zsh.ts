import type { Choice, CompletedOption, Context, Source } from "./grammar.ts";
import script from "./scripts/blit.zsh" with { type: "text" };

/** The script for zsh. */
export function zshScript(contexts: readonly Context[]): string {
  const own = contexts.filter(({ verb }) => verb === "");
  const verbs = contexts.filter(({ verb }) => verb !== "");
  return script.replaceAll("@PROGRAMS@", own.map(({ program }) => program).join(" "))
    .replace("@PROGRAM_CONTEXTS@", () => own.flatMap(programCase).join("\n"))
    .replace("@VERB_CONTEXTS@", () => verbCases(verbs).join("\n"));
}

/** For a program with verbs: which one, then `state` is set and its words are what is left. */
function programCase({ program, options, operands, most }: Context): string[] {
  const specifications = options.map(optionSpecification);
  if (most === 0) return [`    ${program})`, ...call("", specifications), "      ;;"];
  const verbs = "words" in operands.source ? operands.source.words : [];
  return [
    `    ${program})`,
    `      verbs=(${verbs.map(({ word, says }) => quote(`${word}:${says}`)).join(" ")})`,
    ...call("-C", [...specifications, "'(-): :{_describe verb verbs}'", "'(-)*:: :->verb'"]),
    "      ;;",
  ];
}

/** One branch for all verbs behind which the same may stand. */
function verbCases(contexts: readonly Context[]): string[] {
  const keys = new Map<string, string[]>();
  for (const { program, verb, options, operands, most } of contexts) {
    const action = actionOf(operands.source);
    const places = most === Infinity
      ? [quote(`*:${operands.name}:${action}`)]
      : Array.from({ length: most }, (_, at) => quote(`${at + 1}:${operands.name}:${action}`));
    const body = call("", [...options.map(optionSpecification), ...places]).join("\n");
    keys.set(body, [...keys.get(body) ?? [], `${program}-${verb}`]);
  }
  return [...keys].flatMap(([body, names]) => [`    ${names.join(" | ")})`, body, "      ;;"]);
}

function call(flags: string, specifications: readonly string[]): string[] {
  const head = `      _arguments -s -S${flags === "" ? "" : ` ${flags}`} \\`;
  return [
    head,
    ...specifications.map((text, index) =>
      `        ${text}${index < specifications.length - 1 ? " \\" : ""}`
    ),
  ];
}

/** As zshcompsys(1) has it under `_arguments`. */
function optionSpecification({ long, short, help, value }: CompletedOption): string {
  const says = `[${help.replaceAll(/[\\\]:]/g, "\\$&")}]`;
  // A pattern or an address may be given again.
  const again = value?.source.kind === "text";
  const exclusion = short === undefined || again ? "" : `(${short} ${long})`;
  const forms = value === undefined ? [short, long] : [short && `${short}+`, `${long}=`];
  const names = short === undefined ? forms[1] : `{${forms.join(",")}}`;
  const action = value === undefined ? "" : `:${value.name}:${actionOf(value.source)}`;
  const start = (again ? "*" : "") + exclusion;
  return `${start === "" ? "" : quote(start)}${names}${quote(says + action)}`;
}

function actionOf(source: Source): string {
  switch (source.kind) {
    case "file":
      return "_files";
    case "directory":
      return "_files -/";
    case "endpoint":
    case "host":
      return `_blit_${source.kind}`;
    case "words":
      return `((${source.words.map(described).join(" ")}))`;
    case "list":
      return `_values -s , letter ${source.words.map(({ word }) => word).join(" ")}`;
    case "text":
      return " ";
  }
}

function described({ word, says }: Choice): string {
  return says === "" ? word : `${word}\\:"${says.replaceAll(/[\\":$`]/g, "\\$&")}"`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
