import type { KindWord } from "../entry/kind.ts";

/** One entry of a manifest: what a tree held under a path when it was written. */
export interface ManifestEntry {
  /** Relative to the tree, without a NUL; empty for the tree itself. */
  readonly path: Uint8Array<ArrayBuffer>;
  readonly kind: KindWord;
  /** BLAKE3 of a regular file's content, 32 bytes. */
  readonly hash?: Uint8Array<ArrayBuffer>;
  /** The rest is missing in a manifest of hashes alone. */
  readonly facts?: ManifestFacts;
}

/** What stat tells of an entry, as far as a manifest keeps it. */
export interface ManifestFacts {
  /** Bytes of a regular file; 0 for what is none. */
  readonly size: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Where a symbolic link points. */
  readonly target?: Uint8Array<ArrayBuffer>;
  /** Major and minor number of a device, `1:3`; of every device, and of nothing else. */
  readonly device?: string;
}

/** Something in a manifest is not what a manifest holds. */
export class ManifestError extends Error {
  /** The class by name, for code that cannot compare classes. */
  override readonly name = "ManifestError";

  /** An error with a sentence, and the line it is about, from 1. */
  constructor(readonly line: number, message: string) {
    super(message);
  }
}
