import { listChunks, RowMark } from "../admin/looking.ts";
import type { PathLike } from "../endpoint/local_path.ts";
import type { Listing, ListingFailure } from "../listing/mod.ts";
import { pathKey } from "../entry/path.ts";
import { isDevice, kindWord } from "../entry/kind.ts";
import type { ManifestEntry } from "./entry.ts";
import { TransferError } from "../transfer/failure.ts";

/** How a tree is read for a manifest. */
export interface TreeOptions {
  /** Hash what files hold. */
  readonly hashes: boolean;
  /** What is left out, relative to the directory. */
  readonly except?: readonly Uint8Array[];
  readonly signal?: AbortSignal;
}

/**
 * Everything below a directory, on this machine or behind a daemon, as entries of a manifest. The
 * directory itself is none: it is called otherwise wherever it goes.
 *
 * @throws {TransferError} for what is not there, or is no directory
 */
export async function* treeEntries(
  tree: PathLike,
  { hashes, except = [], signal }: TreeOptions,
): AsyncGenerator<ManifestEntry | ListingFailure> {
  const left = new Set(except.map(pathKey));
  const options = { recursive: true, targets: true, hashes, ...(signal && { signal }) };
  for await (const chunk of listChunks(tree, options)) {
    if (chunk.type === "failure") {
      yield chunk;
      continue;
    }
    for (let row = 0; row < chunk.count; row++) {
      if (chunk.marks[row] !== RowMark.Entry) continue;
      const entry = entryOf(chunk, row);
      if (entry.path.length === 0) {
        throw new TransferError("not-a-directory", "A manifest is of a directory.", "usage");
      }
      if (left.size === 0 || !left.has(pathKey(entry.path))) yield entry;
    }
  }
}

function entryOf(chunk: Listing, row: number): ManifestEntry {
  const { stats } = chunk;
  const kind = kindWord(chunk.kinds[row] ?? 0);
  const target = chunk.targets.get(row);
  const hash = chunk.hashes.get(row);
  return {
    path: chunk.paths.copy(row),
    kind,
    ...(hash === undefined ? {} : { hash }),
    facts: {
      size: kind === "file" ? stats.size[row] ?? 0 : 0,
      mtimeSeconds: stats.mtimeSeconds[row] ?? 0,
      mtimeNanoseconds: stats.mtimeNanoseconds[row] ?? 0,
      mode: (stats.mode[row] ?? 0) & 0o7777,
      uid: stats.uid[row] ?? 0,
      gid: stats.gid[row] ?? 0,
      ...(target === undefined ? {} : { target }),
      ...(isDevice(chunk.kinds[row] ?? 0)
        ? { device: `${stats.nodeMajor[row]}:${stats.nodeMinor[row]}` }
        : {}),
    },
  };
}
