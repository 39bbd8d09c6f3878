import { OPTIONS } from "../table/mod.ts";
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
  { options = [] }: Pick<ProgramSpecification, "options">,
): { group: OptionGroup; options: ShownOption[] }[] {
  const own = OPTIONS.filter((option) => !option.hidden && options.includes(option.name));
  const groups = [...new Set(own.map((option) => option.group))];
  return groups.map((group) => ({
    group,
    options: own.filter((option) => option.group === group).map(shown),
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
