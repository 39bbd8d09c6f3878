import { putOff } from "../deliver/put_off.ts";
import type { MoverContext } from "../movers/context.ts";
import type { LinkName } from "../movers/run_log.ts";
import { task, TaskFlag, TaskKind } from "../movers/task.ts";
import { closePlace, openPlace, type Place } from "../scan/mod.ts";
import type { Name } from "../sys/mod.ts";

/** Places that are open at one time at most. */
const MOST = 16;

/**
 * Directories of a source, held open from one hard link to the next: those of a group, and of the
 * groups that were logged with it, lie in the same few.
 */
export class OpenPlaces {
  /** The one that was asked for last comes first. */
  readonly #places: Place[] = [];

  constructor(readonly context: MoverContext, readonly source: number) {}

  /**
   * The directory of a name, or undefined after recording the failure. It is open until others have
   * been asked for; `kept` stays open.
   */
  at({ path, absent }: LinkName, kept?: Place): Place | undefined {
    const places = this.#places;
    const found = places.findIndex((place) => isSame(place.path, path));
    if (found >= 0) {
      const place = places[found]!; // just found
      if (found > 0) {
        places.splice(found, 1);
        places.unshift(place);
      }
      return place;
    }
    if (places.length >= MOST) this.#closeOldest(kept);
    const flags = TaskFlag.Links | (absent ? TaskFlag.Absent : 0);
    const place = openPlace(this.context, task(TaskKind.Batch, this.source, path, { flags }));
    if (place !== undefined) places.unshift(place);
    return place;
  }

  /** Closes all. */
  close(): void {
    for (const place of this.#places) this.#close(place);
    this.#places.length = 0;
  }

  #closeOldest(kept: Place | undefined): void {
    const oldest = this.#places.pop();
    if (oldest === undefined) return;
    if (oldest !== kept) return this.#close(oldest);
    this.#closeOldest(undefined);
    this.#places.unshift(kept);
  }

  #close(place: Place): void {
    if (place.touched) putOff(this.context, place);
    closePlace(this.context, place);
  }
}

/** Whether two paths, both ending with a NUL, are the same. */
function isSame(one: Name, other: Name): boolean {
  if (one.length !== other.length) return false;
  // The end tells directories apart soonest.
  for (let at = one.length - 1; at >= 0; at--) if (one[at] !== other[at]) return false;
  return true;
}
