import type { Argument, Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { programHelp, verbHelp } from "../help/text.ts";
import { Console } from "../output/console.ts";
import type { ProgramSpecification } from "../table/specification.ts";

/** `blit help [VERB]`, `blit --help`, `blit VERB --help`; the same for the other programs. */
export function run(invocation: Invocation): number {
  const { program, verb, operands } = invocation;
  if (verb?.name !== "help" || invocation.has("help")) return help(program, verb?.name);
  return help(program, operands[0]);
}

/** Prints the help of a program or of one of its verbs. */
export function help(program: ProgramSpecification, wanted?: Argument): number {
  const verb = program.verbs.find((candidate) => candidate.name === wanted);
  if (wanted !== undefined && !verb) {
    const names = program.verbs.map(({ name }) => name).join(", ");
    throw new UsageError(`There is no verb ${JSON.stringify(wanted)}. The verbs are ${names}.`);
  }
  const console = new Console();
  console.print(verb ? verbHelp(program, verb) : programHelp(program));
  return console.finish(0);
}
