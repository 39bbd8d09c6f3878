import { Kind } from "../../entry/kind.ts";
import { readAttributes } from "../../deliver/attributes.ts";
import { BEAT_MS } from "../../movers/beat.ts";
import type { MoverContext } from "../../movers/context.ts";
import { Need } from "../../plan/mod.ts";
import type { Attributes as AttributeMap } from "../../scan/origin.ts";
import type { Place } from "../../scan/mod.ts";
import type { Name, Result } from "../../sys/mod.ts";
import type { HashFile } from "./hash_file.ts";
import {
  type Attributes,
  attributesFit,
  type BatchColumns,
  EntryState,
  HASH_BYTES,
  TARGET_BYTES,
} from "../batch/mod.ts";
import { Errno } from "../../sys/errno.ts";

/** Reads what stat does not tell of scanned entries and the other end must know. */
export class EntryReader {
  readonly #keepsAttributes: boolean;

  constructor(readonly context: MoverContext, readonly hashFile: HashFile | undefined) {
    const { xattrs, acls } = context.job;
    this.#keepsAttributes = xattrs || acls;
  }

  /**
   * Fills the columns beside names and stats from the entries that `context.needs` lets through,
   * from one to another; gives where it has come to, which is before that where reading takes long.
   */
  fill(place: Place, columns: BatchColumns, from: number, to: number): number {
    const { needs } = this.context;
    const { states, stats, linkTargets, attributes } = columns;
    if (this.hashFile !== undefined) {
      columns.hashes ??= new Uint8Array(states.length * HASH_BYTES);
      columns.hashes.fill(0, from * HASH_BYTES, to * HASH_BYTES);
    }
    const isSlow = this.hashFile !== undefined || this.#keepsAttributes;
    for (let index = from; index < to; index++) {
      if (isSlow && index > from && performance.now() - place.since > BEAT_MS) return index;
      const takesPart = needs[index] !== Need.None;
      states[index] = takesPart ? EntryState.TakesPart : EntryState.PresentOnly;
      linkTargets[index] = undefined;
      attributes[index] = undefined;
      if (!takesPart) continue;
      const kind = stats.kind(index);
      if (kind === Kind.Symlink) this.#readTarget(place, columns, index);
      else if (kind === Kind.File && this.hashFile !== undefined) this.#hash(place, columns, index);
      // A directory's attributes travel with its own first batch.
      if (this.#keepsAttributes && kind !== Kind.Directory) {
        this.#readAttributes(place, columns, index);
      }
    }
    return to;
  }

  /** The attributes of the directory itself, if they are kept and can be read. */
  directoryAttributes(place: Place): Attributes | undefined {
    if (!this.#keepsAttributes) return undefined;
    const read = readAttributes(this.context, place.source);
    if (typeof read !== "number" && attributesFit(listOf(read))) return listOf(read);
    const result = typeof read === "number" ? read : -Errno.E2BIG;
    const { sourceIndex, path } = place;
    this.context.fail("source", sourceIndex, path, EMPTY, "read the attributes of", result);
    return undefined;
  }

  #readTarget(place: Place, columns: BatchColumns, index: number): void {
    const target = this.context.sys.readLink(place.source, columns.names.at(index));
    if (typeof target === "number") this.#fail(place, columns, index, "read", target);
    else if (target.length === 0 || target.length > TARGET_BYTES) {
      this.#fail(place, columns, index, "read", -Errno.ENAMETOOLONG);
    } else columns.linkTargets[index] = target;
  }

  #readAttributes(place: Place, columns: BatchColumns, index: number): void {
    const read = readAttributes(this.context, place.source, columns.names.at(index));
    if (typeof read === "number") {
      this.#fail(place, columns, index, "read the attributes of", read);
      return;
    }
    const list = listOf(read);
    if (attributesFit(list)) columns.attributes[index] = list;
    else this.#fail(place, columns, index, "read the attributes of", -Errno.E2BIG);
  }

  #hash(place: Place, columns: BatchColumns, index: number): void {
    const { sys } = this.context;
    const file = sys.openRead(place.source, columns.names.at(index));
    const result = file < 0 ? file : this.hashFile!(file, columns.hashes!, index * HASH_BYTES);
    if (file >= 0) sys.close(file);
    if (result < 0) this.#fail(place, columns, index, "read", result);
  }

  /** An entry that cannot be read is there, but does not take part. */
  #fail(
    place: Place,
    columns: BatchColumns,
    index: number,
    operation: "read" | "read the attributes of",
    result: Result,
  ): void {
    const { sourceIndex, path } = place;
    const name = columns.names.copy(index);
    this.context.needs[index] = Need.None;
    columns.states[index] = EntryState.PresentOnly;
    this.context.fail("source", sourceIndex, path, name, operation, result);
  }
}

const EMPTY: Name = new Uint8Array(1);

function listOf(attributes: AttributeMap): Attributes {
  return [...attributes].map(([key, value]) => {
    const name = new Uint8Array(key.length);
    for (let at = 0; at < key.length; at++) name[at] = key.charCodeAt(at);
    return [name, value] as const;
  });
}
