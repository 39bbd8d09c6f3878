import { UsageError } from "../arguments/usage_error.ts";
import type { ProgramSpecification } from "../table/specification.ts";
import { mayColour, red } from "./colour.ts";
import { Console } from "./console.ts";
import { reasonOf } from "./reason.ts";

/** Says why a program could not begin its work, and gives the exit code. */
export function reportFatal(program: ProgramSpecification, error: unknown): number {
  const console = new Console();
  const prefix = mayColour(console.people) ? red(`${program.name}:`) : `${program.name}:`;
  if (error instanceof UsageError) {
    console.tell(`${prefix} ${error.message}`);
    console.tell(`Try "${[program.name, error.verb, "--help"].filter(Boolean).join(" ")}".`);
    return 64;
  }
  if (error instanceof Deno.errors.NotCapable) console.tell(`${prefix} ${reasonOf(error)}`);
  else {
    const stack = error instanceof Error ? error.stack : undefined;
    console.tell(`${prefix} A defect stopped the program: ${stack ?? String(error)}`);
  }
  return 1;
}
