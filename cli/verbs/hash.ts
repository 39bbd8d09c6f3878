import type { Invocation } from "../arguments/invocation.ts";
import { PathHasher } from "../hash/hasher.ts";
import { Console } from "../output/console.ts";
import { counted } from "../output/numbers.ts";

/** `blit hash PATH...` */
export async function run(invocation: Invocation): Promise<number> {
  const console = new Console();
  const hasher = new PathHasher(console);
  for (const path of invocation.operands) {
    await hasher.add(path);
    // Nobody reads on: the hashes were all there was to do.
    if (console.outputLost) return 1;
  }
  console.flush();
  if (hasher.unreadableNames > 0) {
    const names = counted(hasher.unreadableNames, "name");
    console.tell(`blit: ${names} not in UTF-8: printed with U+FFFD, b3sum --check cannot find it.`);
  }
  return console.outputLost ? 1 : hasher.failures > 0 ? 2 : 0;
}
