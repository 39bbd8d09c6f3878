import { Kind } from "../entry/kind.ts";
import { nameOf } from "../entry/display.ts";
import { NameTable } from "../entry/names.ts";
import { joinPath, pathKey, trimNul } from "../entry/path.ts";
import { type MoverContext, Own } from "../movers/context.ts";
import type { Place } from "../scan/mod.ts";
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
 * its first letter turned. The source is listed once more only where such a name is there.
 */
export class OtherSpellings {
  #spellings: Map<string, Name> | undefined;

  constructor(readonly context: MoverContext, readonly place: Place) {}

  /** Whether a name, which the source does not have by this spelling, is one of the source's. */
  has(name: Name): boolean {
    const { sys, own } = this.context;
    const { destination } = this.place;
    const turned = turnCase(name);
    if (turned !== undefined && sys.stat(destination, turned, own, Own.Other) < 0) return false;
    const spelling = (this.#spellings ??= this.#listSource()).get(fold(name));
    if (spelling === undefined) return false;
    if (sys.stat(destination, spelling, own, Own.Other) < 0) return false;
    // Row Check is free while extras are looked for.
    if (sys.stat(destination, name, own, Own.Check) < 0) return false;
    if (!own.sameInode(Own.Other, own, Own.Check)) return false;
    const mayBeLink = own.kind(Own.Check) !== Kind.Directory && own.links[Own.Check]! > 1;
    return !mayBeLink || !this.#isListed(spelling); // rows just filled
  }

  #listSource(): Map<string, Name> {
    const spellings = new Map<string, Name>();
    this.#list(this.place.source, (names, index) => {
      spellings.set(fold(names.at(index)), joinPath(HERE, names.copy(index)));
    });
    return spellings;
  }

  /** Whether the destination lists the very spelling: then both are links of one file. */
  #isListed(spelling: Name): boolean {
    const key = pathKey(spelling);
    let found = false;
    this.#list(this.place.destination, (names, index) => {
      found ||= pathKey(names.at(index)) === key;
    });
    return found;
  }

  #list(directory: Handle, visit: (names: NameTable, index: number) => void): void {
    const { sys } = this.context;
    const names = new NameTable();
    const again = sys.openBeneath(directory, HERE);
    if (again < 0) return;
    while (sys.list(again, names) > 0) {
      for (let index = 0; index < names.count; index++) visit(names, index);
    }
    sys.close(again);
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
