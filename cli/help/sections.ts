import { type OptionHolder, optionsFor } from "../table/options_for.ts";
import type {
  OptionGroup,
  OptionSpecification,
  ProgramSpecification,
  VerbSpecification,
} from "../table/specification.ts";

/** An option as help and manual show it. */
export interface ShownOption {
  /** With room for the letter where there is none: `    --json`. */
  readonly plain: string;
  /** Without that room: `-n, --dry-run`. */
  readonly forms: string;
  readonly help: string;
}

/** Options under their headings, hidden ones left out. */
export function optionsOf(
  holder: OptionHolder,
): { group: OptionGroup; options: ShownOption[] }[] {
  const all = optionsFor(holder).filter((option) => !option.hidden);
  const groups = [...new Set(all.map((option) => option.group))];
  return groups.map((group) => ({
    group,
    options: all.filter((option) => option.group === group).map(shown),
  }));
}

/** The usage line without its first word. */
export function usageOf(program: ProgramSpecification, verb: VerbSpecification): string {
  const options = optionsOf(verb).some(({ group }) => group !== "General") ? "[OPTION]..." : "";
  return [program.name, verb.name, options, verb.operands.usage].filter(Boolean).join(" ");
}

function shown(option: OptionSpecification): ShownOption {
  const long = `--${option.name}${option.value ? ` ${option.value}` : ""}`;
  const forms = option.short ? `-${option.short}, ${long}` : long;
  return { plain: option.short ? forms : `    ${long}`, forms, help: option.help };
}
