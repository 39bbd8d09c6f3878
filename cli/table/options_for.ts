import { OPTIONS } from "./options.ts";
import type { OptionSpecification, VerbSpecification } from "./specification.ts";

/** What takes options: a verb, or a program without verbs. */
export type OptionHolder = Partial<Pick<VerbSpecification, "options" | "own">>;

/** Every option that a verb or a program takes, in the order of help. */
export function optionsFor({ options = [], own = [] }: OptionHolder): OptionSpecification[] {
  const shared = OPTIONS.filter(({ name }) =>
    options.includes(name) && !own.some((option) => option.name === name)
  );
  const all = [...own, ...shared];
  const groups = new Set(OPTIONS.map(({ group }) => group));
  return [...groups].flatMap((group) => all.filter((option) => option.group === group));
}
