import type { MoverContext } from "../../movers/context.ts";
import { task, TaskFlag, TaskKind } from "../../movers/task.ts";
import { Doing } from "../../movers/whereabouts.ts";
import { openPlace, type Place } from "../../scan/mod.ts";
import type { Name } from "../../sys/mod.ts";

/** Opens a directory of the source, whose destination is elsewhere; undefined after recording a failure. */
export function openSource(context: MoverContext, source: number, path: Name): Place | undefined {
  context.isAt(Doing.Scanning, source, path);
  const absent = { flags: TaskFlag.Absent };
  const place = openPlace(context, task(TaskKind.Directory, source, path, absent));
  // Nothing is known of the destination, so that nothing may be left unread.
  if (place !== undefined) place.fresh = false;
  return place;
}
