import type { NameLookup } from "../entry/name_index.ts";
import type { NameTable } from "../entry/names.ts";
import { pathKey } from "../entry/path.ts";
import { foldName, turnCase, turnForm } from "../entry/spelling.ts";
import { listKeys } from "../deliver/folded_names.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import type { Handle, Name } from "../sys/mod.ts";

/**
 * Tells names of a destination directory that its file system takes for names of the source,
 * though they are spelled otherwise: `a` for `A` on vfat, exFAT, APFS, NTFS, and composed for
 * decomposed letters. Such a name is no extra; to delete it would delete what has just been
 * copied (syncthing#439, nodejs/node#2165).
 *
 * Nothing is asked of a name that differs in more than that from all of the source. Where names are
 * not folded another costs a stat or two: with the case of its last letter turned, and in the other
 * Unicode normal form. The source's names are folded, and the destination is listed once more, only
 * where such a name is there.
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
  has(names: NameTable, index: number): boolean {
    return this.wanted.mayHaveFolded(names, index) && this.#isOne(names.at(index));
  }

  #isOne(name: Name): boolean {
    const { sys, own } = this.context;
    const { destination } = this;
    const turned = turnCase(name);
    const isThere = (one: Name | undefined): boolean =>
      one !== undefined && sys.stat(destination, one, own, Own.Other) >= 0;
    if (turned !== undefined && !isThere(turned) && !isThere(turnForm(name))) return false;
    const spelling = (this.#spellings ??= this.#foldWanted()).get(foldName(name));
    if (spelling === undefined) return false;
    if (sys.stat(destination, spelling, own, Own.Other) < 0) return false;
    // It is there and yet not listed. Inodes would not tell: FUSE may remember by either spelling
    // what has been replaced meanwhile by the other.
    return !(this.#listed ??= listKeys(sys, destination)).has(pathKey(spelling));
  }

  #foldWanted(): Map<string, Name> {
    const spellings = new Map<string, Name>();
    for (const key of this.wanted.keys()) {
      const name: Name = Uint8Array.from(`${key}\0`, (character) => character.charCodeAt(0));
      spellings.set(foldName(name), name);
    }
    return spellings;
  }
}
