import type { Invocation } from "../arguments/invocation.ts";
import { closest } from "../arguments/suggest.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { type Shell, SHELLS } from "../completions/grammar.ts";
import { completionScript } from "../completions/script.ts";
import { Console } from "../output/console.ts";

/** `blit completions SHELL` */
export function run({ operands, verb }: Invocation): number {
  const [given = ""] = operands;
  const shell = typeof given === "string" ? shellNamed(given) : undefined;
  if (shell === undefined) {
    const meant = typeof given === "string" ? closest(given, SHELLS) : undefined;
    const hint = meant === undefined ? "" : ` Did you mean "${meant}"?`;
    throw new UsageError(
      `There is no script for ${JSON.stringify(given)}; there are ${SHELLS.join(", ")}.${hint}`,
      verb?.name,
    );
  }
  const console = new Console();
  console.print(completionScript(shell).trimEnd());
  console.flush();
  return console.outputLost ? 1 : 0;
}

/** PowerShell's program is called pwsh, and a shell may be named by its path, as in $SHELL. */
function shellNamed(given: string): Shell | undefined {
  const name = given.replace(/^.*[\\/]/, "").replace(/\.exe$/i, "").toLowerCase();
  return name === "pwsh" ? "powershell" : SHELLS.find((shell) => shell === name);
}
