import { sameBytes } from "../../entry/bytes.ts";
import { trimNul } from "../../entry/path.ts";
import type { BatchSummary } from "../batch/mod.ts";
import { BatchFlag, WireError } from "../batch/mod.ts";

/** A batch that is waiting for the one that lists its directory. */
export interface Arrived {
  readonly head: BatchSummary;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is known of a batch that lists directories. */
interface Parent {
  readonly source: number;
  readonly entries: number;
  /** Its own directory's path: length and hash, for a path may be long and batches many. */
  readonly pathLength: number;
  readonly pathHash: number;
  /** Directories among its entries whose batches have not begun to come. */
  unbegun: number;
  /** Directories among its entries whose last batches have not been judged. */
  children: number;
  isCompared: boolean;
  made: Uint16Array;
  /** Undefined: none of its directories is there. */
  refused: Uint16Array | undefined;
}

/** What is to be done with a batch. */
export type Verdict =
  | { readonly do: "compare"; readonly fresh: boolean }
  /** The directory is not there, and that has been told of. */
  | { readonly do: "drop" }
  | { readonly do: "wait" };

/**
 * Batches and directories of which more is awaited: no honest source, which scans depth first, has
 * as many. They bound what a peer can make this end remember.
 */
const MOST_PARENTS = 1 << 18;
const MOST_CHILDREN = 1 << 24;
/** Directories whose batches come at the same time: one of each mover. */
const MOST_BEGUN = 1024;

const SLASH = 47;
const NONE = new Uint16Array(0);

/**
 * Keeps directories in order: one is compared when the batch that lists it has been, for only
 * then it is there. Takes no directory that no batch has listed. Remembers of a batch no more than
 * its directories need.
 */
export class BatchOrder {
  readonly #parents = new Map<number, Parent>();
  readonly #waiting = new Map<number, Arrived[]>();
  /** Directories whose first batch has come and whose last has not: their paths. */
  readonly #begun = new Map<string, Uint8Array>();
  readonly #roots = new Set<number>();
  #children = 0;

  /**
   * Takes note of a batch that has come; `isAsked` says that its entries were asked for by name.
   *
   * @throws {WireError} for one that cannot come, or not now
   */
  admit(head: BatchSummary, isAsked: boolean): void {
    const { number, flags } = head;
    if (this.#parents.has(number)) wrong("batch-number", `batch ${number} comes twice`);
    const key = `${head.source} ${head.parent} ${head.parentEntry}`;
    const isLast = (flags & BatchFlag.Last) !== 0;
    if (!isAsked) {
      const begun = this.#begun.get(key);
      if (begun === undefined) {
        this.#begin(head);
        if (!isLast) this.#begun.set(key, head.path);
        if (this.#begun.size > MOST_BEGUN) wrong("batch-order", "too many directories at once");
      } else {
        if ((flags & BatchFlag.First) !== 0) wrong("batch-order", "a directory begins twice");
        if (!sameBytes(begun, head.path)) wrong("batch-path", "a directory has two paths");
        if (isLast) this.#begun.delete(key);
      }
    }
    if (head.directories > 0) this.#remember(head);
  }

  /** What to do with a batch now. One that waits is kept, and given back by `compared`. */
  judge(arrived: Arrived): Verdict {
    const { parent, parentEntry, flags } = arrived.head;
    if (parent === 0) return { do: "compare", fresh: false };
    const known = this.#parents.get(parent);
    // It was there when the batch was admitted, and stays for the last batch of each directory.
    if (known === undefined) return { do: "drop" };
    if (!known.isCompared) {
      const waiting = this.#waiting.get(parent);
      if (waiting === undefined) this.#waiting.set(parent, [arrived]);
      else waiting.push(arrived);
      return { do: "wait" };
    }
    if ((flags & BatchFlag.Last) !== 0) this.#leave(parent, known);
    if (known.refused === undefined || known.refused.includes(parentEntry)) return { do: "drop" };
    return { do: "compare", fresh: known.made.includes(parentEntry) };
  }

  /** Notes that a directory which a batch lists has come by a stream, all of it. */
  cameUnasked(number: number): void {
    const parent = this.#parents.get(number);
    if (parent === undefined || parent.unbegun === 0) return;
    parent.unbegun--;
    this.#leave(number, parent);
  }

  /** Notes what became of a batch; gives those that have waited for it. */
  compared(
    head: BatchSummary,
    made: Uint16Array,
    refused: Uint16Array | undefined,
  ): readonly Arrived[] {
    const parent = this.#parents.get(head.number);
    if (parent !== undefined) {
      parent.isCompared = true;
      parent.made = made;
      parent.refused = refused;
    }
    const waiting = this.#waiting.get(head.number) ?? [];
    this.#waiting.delete(head.number);
    return waiting;
  }

  /** A directory that a batch lists is not waited for any more. */
  #leave(number: number, parent: Parent): void {
    this.#children--;
    if (--parent.children === 0) this.#parents.delete(number);
  }

  /** The first batch of a directory: of a root, or of one that another batch has listed. */
  #begin({ source, parent: number, parentEntry, path }: BatchSummary): void {
    const own = trimNul(path);
    if (number === 0) {
      if (own.length > 0 || this.#roots.has(source)) wrong("batch-root", "that is no root");
      this.#roots.add(source);
      return;
    }
    const parent = this.#parents.get(number);
    if (parent === undefined || parent.source !== source || parentEntry >= parent.entries) {
      wrong("batch-parent", `nothing lists the directory of entry ${parentEntry} of ${number}`);
    }
    if (--parent.unbegun < 0) wrong("batch-parent", `batch ${number} lists fewer directories`);
    const { pathLength } = parent;
    const start = pathLength === 0 ? 0 : pathLength + 1;
    const isBeneath = own.length > start && own.indexOf(SLASH, start) < 0 &&
      (start === 0 || own[pathLength] === SLASH) && hash(own, pathLength) === parent.pathHash;
    if (!isBeneath) wrong("batch-path", "a directory is not in the one that lists it");
  }

  #remember({ number, source, entries, directories, path }: BatchSummary): void {
    const { length } = trimNul(path);
    this.#children += directories;
    this.#parents.set(number, {
      source,
      entries,
      pathLength: length,
      pathHash: hash(path, length),
      unbegun: directories,
      children: directories,
      isCompared: false,
      made: NONE,
      refused: NONE,
    });
    if (this.#parents.size > MOST_PARENTS || this.#children > MOST_CHILDREN) {
      wrong("batch-order", "too many directories wait for their content");
    }
  }
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/. */
function hash(bytes: Uint8Array, length: number): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < length; at++) value = Math.imul(value ^ bytes[at]!, 0x01000193); // in it
  return value;
}

function wrong(code: string, sentence: string): never {
  throw new WireError(code, `The other end sent batches out of turn: ${sentence}.`);
}
