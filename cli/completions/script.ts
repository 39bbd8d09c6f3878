import { BLIT, BLIT_DAEMON, BLIT_UTILS } from "../table/mod.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { contextsOf, type Shell } from "./grammar.ts";
import { powershellScript } from "./powershell.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
} as const;

/** What makes a shell complete the words of all three programs. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]([BLIT, BLIT_UTILS, BLIT_DAEMON].flatMap(contextsOf));
}
