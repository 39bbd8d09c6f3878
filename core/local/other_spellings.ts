import { Kind } from "../entry/kind.ts";
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
 * its first letter turned. The source's names are folded only where such a name is there.
 */
export class OtherSpellings {
  #spellings: Map<string, Name> | undefined;

  /** `wanted` are all names of the source's directory. */
  constructor(
    readonly context: MoverContext,
    readonly destination: Handle,
    readonly wanted: NameLookup,
  ) {}

  /** Whether a name, which the source does not have by this spelling, is one of the source's. */
  has(name: Name): boolean {
    const { destination } = this;
    const { sys, own } = this.context;
    const turned = turnCase(name);
    if (turned !== undefined && sys.stat(destination, turned, own, Own.Other) < 0) return false;
    const spelling = (this.#spellings ??= this.#foldWanted()).get(fold(name));
    if (spelling === undefined) return false;
    if (sys.stat(destination, spelling, own, Own.Other) < 0) return false;
    // Row Check is free while extras are looked for.
    if (sys.stat(destination, name, own, Own.Check) < 0) return false;
    if (!own.sameInode(Own.Other, own, Own.Check)) return false;
    const mayBeLink = own.kind(Own.Check) !== Kind.Directory && own.links[Own.Check]! > 1;
    return !mayBeLink || !this.#isListed(spelling); // rows just filled
  }

  #foldWanted(): Map<string, Name> {
    const spellings = new Map<string, Name>();
    for (const key of this.wanted.keys()) {
      const name: Name = Uint8Array.from(`${key}\0`, (character) => character.charCodeAt(0));
      spellings.set(fold(name), name);
    }
    return spellings;
  }

  /** Whether the destination lists the very spelling: then both are links of one file. */
  #isListed(spelling: Name): boolean {
    const { sys } = this.context;
    const key = pathKey(spelling);
    const names = new NameTable();
    const again = sys.openBeneath(this.destination, HERE);
    let found = false;
    while (again >= 0 && !found && sys.list(again, names) > 0) {
      for (let index = 0; index < names.count; index++) {
        found ||= pathKey(names.at(index)) === key;
      }
    }
    if (again >= 0) sys.close(again);
    return found;
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
