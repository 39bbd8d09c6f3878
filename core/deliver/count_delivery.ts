import { Kind } from "../entry/kind.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Need } from "../plan/mod.ts";
import type { Place } from "../scan/place.ts";

/** Counts and reports an entry that was delivered (or would be). */
export function countDelivery(
  context: MoverContext,
  place: Place,
  name: Uint8Array,
  kind: number,
  need: number,
  size: number,
): void {
  const creates = need === Need.Create;
  if (need === Need.Metadata) context.count(Counter.MetadataUpdated);
  else if (kind === Kind.Directory) context.count(Counter.DirectoriesCreated);
  else if (kind === Kind.File) context.count(creates ? Counter.FilesCreated : Counter.FilesUpdated);
  else if (kind === Kind.Symlink) context.count(Counter.SymlinksCreated);
  else context.count(Counter.SpecialsCreated);
  const action = need === Need.Metadata ? "metadata" : creates ? "create" : "update";
  const bytes = kind === Kind.File ? size : 0;
  context.entry(action, kind, place.sourceIndex, place.path, name, bytes);
}
