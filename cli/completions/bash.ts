import { type Context, formsOf, sourceWord } from "./grammar.ts";
import script from "./scripts/blit.bash" with { type: "text" };

/** The script for bash. */
export function bashScript(contexts: readonly Context[]): string {
  const programs = contexts.filter(({ verb }) => verb === "").map(({ program }) => program);
  return script.replace("@CONTEXTS@", () => cases(contexts).join("\n"))
    .replace("@PROGRAMS@", programs.join(" "));
}

/** One branch for all contexts in which the same may stand. */
function cases(contexts: readonly Context[]): string[] {
  const keys = new Map<string, string[]>();
  for (const context of contexts) {
    const body = bodyOf(context);
    keys.set(body, [...keys.get(body) ?? [], `"${context.program} ${context.verb}"`]);
  }
  return [...keys].flatMap(([body, names]) => [`    ${names.join(" | ")})`, body, "      ;;"]);
}

function bodyOf({ options, operands, most }: Context): string {
  const flags = options.filter(({ value }) => value === undefined).flatMap(formsOf);
  const valued = options.flatMap((option) => {
    const { value } = option;
    if (value === undefined) return [];
    return formsOf(option).map((form) => `${form}:${sourceWord(value.source)}`);
  });
  return [
    `_blit_flags="${flags.join(" ")}"`,
    ...(valued.length > 0 ? [`_blit_valued="${valued.join(" ")}"`] : []),
    ...(most > 0 ? [`_blit_operand=${sourceWord(operands.source)}`] : []),
    ...(most > 0 ? [`_blit_most=${most === Infinity ? 999999 : most}`] : []),
  ].map((line) => `      ${line}`).join("\n");
}
