import type { MoverContext } from "../../movers/context.ts";
import type { MoverBegin } from "../mover/messages.ts";
import { openHashFile } from "./hash_file.ts";
import { SourceMover } from "./source_mover.ts";

/** One session of a mover at the source's end. */
export async function serveSource(context: MoverContext, begin: MoverBegin): Promise<void> {
  const isHashed = context.job.rules.mode === "checksum";
  const mover = new SourceMover(context, begin, isHashed ? await openHashFile(context) : undefined);
  try {
    mover.run();
  } finally {
    mover.close();
  }
}
