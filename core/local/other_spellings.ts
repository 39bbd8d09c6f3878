import { nameOf } from "../entry/display.ts";
import type { NameLookup } from "../entry/name_index.ts";
import { NameTable } from "../entry/names.ts";
import { pathKey, trimNul } from "../entry/path.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import type { Handle, Name } from "../sys/mod.ts";

const HERE = nameOf("");
const CASE_BIT = 0x20;

/**
 * Tells names of a destination directory that its file system takes for names of the source,
 * though they are spelled otherwise: `a` for `A` on vfat, exFAT, APFS, NTFS, and composed for
 * decomposed letters. Such a name is no extra; to delete it would delete what has just been
 * copied (syncthing#439, nodejs/node#2165).
 *
 * Where names are not folded this costs one stat for each candidate: of the name with the case of
 * its first letter turned. The source's names are folded, and the destination is listed once more,
 * only where such a name is there.
 */
export class OtherSpellings {
  #spellings: ReadonlyMap<string, Name> | undefined;
  #listed: ReadonlySet<string> | undefined;

  /** `wanted` are all names of the source's directory. */
  constructor(
    readonly context: MoverContext,
    readonly destination: Handle,
    readonly wanted: NameLookup,
  ) {}

  /** Whether a name, which the source does not have by this spelling, is one of the source's. */
  has(name: Name): boolean {
    const { sys, own } = this.context;
    const { destination } = this;
    const turned = turnCase(name);
    if (turned !== undefined && sys.stat(destination, turned, own, Own.Other) < 0) return false;
    const spelling = (this.#spellings ??= this.#foldWanted()).get(fold(name));
    if (spelling === undefined) return false;
    if (sys.stat(destination, spelling, own, Own.Other) < 0) return false;
    // It is there and yet not listed. Inodes would not tell: FUSE may remember by either spelling
    // what has been replaced meanwhile by the other.
    return !(this.#listed ??= this.#list()).has(pathKey(spelling));
  }

  #foldWanted(): Map<string, Name> {
    const spellings = new Map<string, Name>();
    for (const key of this.wanted.keys()) {
      const name: Name = Uint8Array.from(`${key}\0`, (character) => character.charCodeAt(0));
      spellings.set(fold(name), name);
    }
    return spellings;
  }

  /** The names by which the destination has its entries. */
  #list(): ReadonlySet<string> {
    const { sys } = this.context;
    const listed = new Set<string>();
    const names = new NameTable();
    const again = sys.openBeneath(this.destination, HERE);
    while (again >= 0 && sys.list(again, names) > 0) {
      for (let index = 0; index < names.count; index++) listed.add(pathKey(names.at(index)));
    }
    if (again >= 0) sys.close(again);
    return listed;
  }
}

/** The name with the case of its first ASCII letter turned; undefined without one. */
function turnCase(name: Name): Name | undefined {
  const turned = new Uint8Array(trimNul(name).length + 1);
  turned.set(trimNul(name));
  const at = turned.findIndex((byte) => {
    const small = byte | CASE_BIT;
    return small >= 0x61 && small <= 0x7a;
  });
  if (at < 0) return undefined;
  turned[at] = turned[at]! ^ CASE_BIT; // found there
  return turned;
}

const decoder = new TextDecoder();

function fold(name: Name): string {
  return decoder.decode(trimNul(name)).normalize("NFKC").toLowerCase();
}
