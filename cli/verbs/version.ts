import { Console } from "../output/console.ts";
import { VERSION } from "../../core/version.ts";

/** `blit version`, `blit --version`; the same for the other programs. */
export function run(program: string): number {
  const console = new Console();
  console.print(`${program} ${VERSION}`);
  return console.finish(0);
}
