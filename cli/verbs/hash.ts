import { refuseRemote } from "../../core/endpoint/local_only.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { PathHasher } from "../hash/hasher.ts";
import { Console } from "../output/console.ts";
import { counted } from "../output/numbers.ts";
import { stopReason } from "../run/stop_reason.ts";

/** `blit hash PATH...` */
export async function run(invocation: Invocation): Promise<number> {
  const { program } = invocation;
  const console = new Console();
  try {
    for (const path of invocation.operands) await refuseRemote(path, "hash");
  } catch (error) {
    const { message, exitCode } = stopReason(error);
    console.tell(`${program.name}: ${message}`);
    return exitCode;
  }
  const hasher = new PathHasher(console, program.name);
  for (const path of invocation.operands) {
    await hasher.add(path);
    // Nobody reads on: the hashes were all there was to do.
    if (console.outputLost) return 1;
  }
  console.flush();
  if (hasher.inexactNames > 0) {
    const names = counted(hasher.inexactNames, "name");
    console.tell(
      `${program.name}: ${names} not in UTF-8: printed with U+FFFD, b3sum --check cannot find it.`,
    );
  }
  return console.outputLost ? 1 : hasher.failures > 0 ? 2 : 0;
}
