import { pathKey } from "../entry/path.ts";
import type { Difference } from "../transfer/check_types.ts";
import type { ManifestEntry } from "./entry.ts";

/** How a tree is held against a manifest. */
export interface ManifestRules {
  /** Contents are compared; else sizes and times. */
  readonly checksum: boolean;
  /** Owners are compared. */
  readonly owners: boolean;
}

/** What a manifest says of an entry: `unknown` is what a list of hashes says of directories. */
export type Judgement = Difference | "same" | "unknown";

/** A manifest in memory, against which a tree is held entry by entry. */
export class ManifestComparison {
  readonly #left = new Map<string, ManifestEntry>();
  /** It holds hashes of files and nothing else. */
  #isBare = false;

  constructor(readonly rules: ManifestRules) {}

  /** Whether the tree's files must be hashed. */
  get needsHashes(): boolean {
    return this.rules.checksum || this.#isBare;
  }

  /** Adds an entry of the manifest; false for one that says something else than one before it. */
  add(entry: ManifestEntry): boolean {
    if (entry.facts === undefined) this.#isBare = true;
    const key = pathKey(entry.path);
    const before = this.#left.get(key);
    if (before !== undefined) return isSaidTwice(before, entry);
    this.#left.set(key, entry);
    return true;
  }

  /** In what an entry of the tree differs from the manifest. */
  judge(found: ManifestEntry): Judgement {
    const key = pathKey(found.path);
    const listed = this.#left.get(key);
    if (listed === undefined) return this.#isBare && found.kind !== "file" ? "unknown" : "extra";
    this.#left.delete(key);
    if (listed.kind !== found.kind) return "different";
    if (isOther(listed.facts?.target, found.facts?.target)) return "different";
    if (listed.facts?.device !== found.facts?.device) return "different";
    const { facts } = found;
    if (found.kind === "file") {
      const sizes = listed.facts !== undefined && listed.facts.size !== facts?.size;
      const contents = this.needsHashes && isOther(listed.hash, found.hash);
      if (sizes || contents || (!this.needsHashes && isTimeOther(listed, found))) {
        return "different";
      }
    }
    return this.#isMetadataOther(listed, found) ? "metadata" : "same";
  }

  /** What the manifest lists and the tree has not shown. */
  missing(): Iterable<ManifestEntry> {
    return this.#left.values();
  }

  #isMetadataOther(listed: ManifestEntry, found: ManifestEntry): boolean {
    if (listed.facts === undefined || found.facts === undefined) return false;
    const { mode, uid, gid } = listed.facts;
    // The mode of a link means nothing on most systems.
    if (found.kind !== "symlink" && mode !== found.facts.mode) return true;
    if (this.rules.owners && (uid !== found.facts.uid || gid !== found.facts.gid)) return true;
    return isTimeOther(listed, found);
  }
}

function isSaidTwice(one: ManifestEntry, other: ManifestEntry): boolean {
  return one.kind === other.kind && !isOther(one.hash, other.hash) &&
    !isOther(one.facts?.target, other.facts?.target) &&
    FACTS.every((name) => one.facts?.[name] === other.facts?.[name]);
}

const FACTS = ["size", "mtimeSeconds", "mtimeNanoseconds", "mode", "uid", "gid", "device"] as const;

function isTimeOther({ facts: one }: ManifestEntry, { facts: other }: ManifestEntry): boolean {
  return one?.mtimeSeconds !== other?.mtimeSeconds ||
    one?.mtimeNanoseconds !== other?.mtimeNanoseconds;
}

/** Two byte strings differ, or only one is there. */
function isOther(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one !== other;
  return one.length !== other.length || one.some((byte, at) => byte !== other[at]);
}
