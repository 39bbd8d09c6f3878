import { mayBeRemote, parseLocalPath, pathBytes, type PathLike } from "../endpoint/local_path.ts";
import type { TransferOptions, Work } from "../transfer/options.ts";

/** What makes a run the same as an earlier one: verb, places, and how files are compared. */
export type JobName = readonly (string | Uint8Array)[];

/** What tells one job from others; only its key is kept (see `key.ts`). */
export function jobName(
  verb: Work,
  sources: readonly PathLike[],
  destination: PathLike,
  { compare = "size-mtime", filter }: Pick<TransferOptions, "compare" | "filter">,
): JobName {
  const filtered = filter === undefined ? "" : "filtered";
  return ["job", verb, compare, filtered, ...[...sources, destination].flatMap(placeName)];
}

function placeName(place: PathLike): JobName {
  if (mayBeRemote(place)) return [pathBytes(place)];
  const { path, content } = parseLocalPath(place);
  return [path, content ? "/" : ""];
}
