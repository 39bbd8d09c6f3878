import type { MoverContext } from "../movers/context.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";
import type { Place } from "./place.ts";

/** Extended attributes and ACLs: names as keys (see `pathKey`, without NUL), with their values. */
export type Attributes = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Where attributes are read: an open entry of the source, or what was sent of them. A negative number is the errno that reading them gave. */
export type AttributeSource = Handle | Attributes;

/** Whether two files hold the same bytes (1 or 0, or a negated errno), and where reading failed. */
export interface Comparison {
  readonly result: Result;
  readonly side: "source" | "destination";
}

/**
 * What delivery asks of a source that is not here, besides the stat rows: a batch that was sent.
 * A place at both ends has none, and is asked through its handle.
 */
export interface Origin {
  /** The target of the symbolic link that is entry `index` of the batch, NUL-terminated, or a negated errno. */
  linkTarget(index: number): Name | Result;
  /** What the job keeps of the attributes of entry `index` of the batch, or a negated errno; -1 is the directory itself. */
  attributes(index: number): AttributeSource;
  /** Whether file `target` of the destination directory holds what entry `index` of the batch holds. */
  sameContent(context: MoverContext, place: Place, target: Name, index: number): Comparison;
}
