import { type Context, formsOf, sourceWord } from "./grammar.ts";
import script from "./scripts/blit.ps1" with { type: "text" };

/** The script for PowerShell. */
export function powershellScript(contexts: readonly Context[]): string {
  const programs = contexts.filter(({ verb }) => verb === "").map(({ program }) => program);
  return script.replace("@PROGRAMS@", programs.join(", "))
    .replace("@CONTEXTS@", () => contexts.map(contextText).join("\n"));
}

function contextText({ program, verb, options, operands, most }: Context): string {
  const helps = options.flatMap((option) =>
    formsOf(option).map((form) => quote(`${form}|${option.help}`))
  );
  const values = options.flatMap((option) => {
    const { value } = option;
    if (value === undefined) return [];
    return formsOf(option).map((form) => quote(`${form}:${sourceWord(value.source)}`));
  });
  return [
    `        ${quote(`${program} ${verb}`)} = @{`,
    ...list("Options", helps),
    ...list("Values", values),
    `            Operand = ${quote(sourceWord(operands.source))}`,
    `            Most = ${most === Infinity ? 999999 : most}`,
    "        }",
  ].join("\n");
}

function list(name: string, items: readonly string[]): string[] {
  const last = items.length - 1;
  return [
    `            ${name} = @(`,
    ...items.map((item, index) => `                ${item}${index < last ? "," : ""}`),
    "            )",
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
