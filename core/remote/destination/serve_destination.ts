import type { MoverContext } from "../../movers/context.ts";
import type { Sockets } from "../../sys/sockets.ts";
import type { FromDestinationMover, MoverBegin } from "../mover/messages.ts";
import { openHashFile } from "../source/hash_file.ts";
import { DestinationMover } from "./destination_mover.ts";
import { LastPhases, Stopped } from "./last_phases.ts";

/** One session of a mover at the destination's end. */
export async function serveDestination(
  context: MoverContext,
  begin: MoverBegin,
  sockets: Sockets | undefined,
  tell: (packet: readonly FromDestinationMover[]) => void,
): Promise<void> {
  const isHashed = context.job.rules.mode === "checksum";
  const hashFile = isHashed ? await openHashFile(context) : undefined;
  const mover = new DestinationMover(context, begin, hashFile, sockets, tell);
  try {
    for (let late = mover.run(); late?.type === "finish"; late = mover.run()) {
      const extrasLeft = await new LastPhases(mover, late).run();
      mover.say({ type: "finished", extrasLeft });
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    mover.close();
  }
}
