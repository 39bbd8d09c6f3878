import type { MoverContext } from "../../movers/context.ts";
import type { Sockets } from "../../sys/sockets.ts";
import type { FromSourceMover, MoverBegin } from "../mover/messages.ts";
import { openHashFile } from "./hash_file.ts";
import { SourceMover } from "./source_mover.ts";

/** One session of a mover at the source's end. */
export async function serveSource(
  context: MoverContext,
  begin: MoverBegin,
  sockets: Sockets | undefined,
  tell: (packet: readonly FromSourceMover[]) => void,
): Promise<void> {
  const isHashed = context.job.rules.mode === "checksum";
  const hashFile = isHashed ? await openHashFile(context) : undefined;
  const mover = new SourceMover(context, begin, hashFile, sockets, tell);
  try {
    mover.run();
  } finally {
    mover.close();
  }
}
