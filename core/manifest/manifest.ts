import type { PathLike } from "../endpoint/local_path.ts";
import { displayPath } from "../entry/display.ts";
import type { KindWord } from "../entry/kind.ts";
import type { Difference, DifferenceEvent } from "../transfer/check_types.ts";
import type { FailureEvent } from "../transfer/events.ts";
import { TransferError } from "../transfer/failure.ts";
import { ManifestComparison, type ManifestRules } from "./compare.ts";
import { ManifestError } from "./entry.ts";
import { MANIFEST_HEAD, manifestEnd, manifestLine } from "./line.ts";
import { type ByteSource, readManifest } from "./read.ts";
import { treeEntries } from "./tree.ts";
import { Unread } from "./unread.ts";

/** How a tree is written down or checked. */
export interface ManifestOptions {
  /** What is no part of the tree: the manifest itself, if it lies in it. Relative to the tree. */
  readonly except?: readonly Uint8Array[];
  readonly signal?: AbortSignal;
}

/** What was written or compared. */
export interface ManifestSummary {
  /** Entries of the tree. */
  readonly entriesScanned: number;
  /** Bytes of all regular files. */
  readonly bytesTotal: number;
  /** What could not be read, the first 10,000; `failureCount` has the number. */
  readonly failures: readonly FailureEvent[];
  readonly failureCount: number;
  readonly elapsedMs: number;
}

/** What a check against a manifest has found. */
export interface ManifestCheckSummary extends ManifestSummary, Record<Difference, number> {
  /** Entries that are as the manifest says. */
  readonly same: number;
  /** 0 the same, 2 something could not be read, 3 there are differences. */
  readonly exitCode: 0 | 2 | 3;
}

/** Failures that are kept with their sentences. */
const KEPT = 10_000;

class Account {
  readonly #started: number = performance.now();
  readonly failures: FailureEvent[] = [];
  failureCount = 0;
  entriesScanned = 0;
  bytesTotal = 0;

  fail(event: FailureEvent): void {
    this.failureCount++;
    if (this.failures.length < KEPT) this.failures.push(event);
  }

  summary(): ManifestSummary {
    const { entriesScanned, bytesTotal, failures, failureCount } = this;
    const elapsedMs = performance.now() - this.#started;
    return { entriesScanned, bytesTotal, failures, failureCount, elapsedMs };
  }
}

/**
 * Writes the manifest of a tree line by line: each entry with its kind, size, times, mode, owners,
 * target and, of files, BLAKE3. An entry that cannot be read is told of and left out.
 *
 * @throws {TransferError} for a tree that is not there
 */
export async function writeManifest(
  tree: PathLike,
  write: (line: string) => void,
  options: ManifestOptions & { readonly onFailure?: (event: FailureEvent) => void } = {},
): Promise<ManifestSummary> {
  const account = new Account();
  write(MANIFEST_HEAD);
  let written = 0;
  for await (const entry of treeEntries(tree, { ...options, hashes: true })) {
    if ("type" in entry) {
      account.fail(entry);
      options.onFailure?.(entry);
      continue;
    }
    account.entriesScanned++;
    account.bytesTotal += entry.facts?.size ?? 0;
    // Its failure has been told: what cannot be compared later is no entry.
    if (entry.kind === "file" && entry.hash === undefined) continue;
    write(manifestLine(entry));
    written++;
  }
  write(manifestEnd(written));
  return account.summary();
}

/**
 * Holds a tree against a manifest, or a list of hashes as b3sum writes it. The manifest is kept in
 * memory: some 300 bytes an entry.
 *
 * @throws {TransferError} for a tree that is not there, and `manifest` for what is no manifest
 */
export async function checkManifest(
  tree: PathLike,
  manifest: ByteSource,
  options: ManifestRules & ManifestOptions & {
    readonly onEvent?: (event: DifferenceEvent | FailureEvent) => void;
  },
): Promise<ManifestCheckSummary> {
  const account = new Account();
  const counts: Record<Difference, number> = { missing: 0, extra: 0, different: 0, metadata: 0 };
  let same = 0;
  const tell = (difference: Difference, kind: KindWord, path: Uint8Array, size: number): void => {
    counts[difference]++;
    options.onEvent?.({ type: "difference", difference, kind, path, size });
  };
  const unread = new Unread(tree);
  const comparison = new ManifestComparison(options);
  await fill(comparison, manifest);
  for await (const entry of treeEntries(tree, { ...options, hashes: comparison.needsHashes })) {
    if ("type" in entry) {
      account.fail(entry);
      unread.add(entry.path);
      options.onEvent?.(entry);
      continue;
    }
    const judgement = comparison.judge(entry);
    if (judgement === "unknown") continue;
    const size = entry.facts?.size ?? 0;
    account.entriesScanned++;
    account.bytesTotal += size;
    const isUnread = comparison.needsHashes && entry.kind === "file" && entry.hash === undefined;
    if (isUnread) continue; // told of already, and nobody knows what it holds
    if (judgement === "same") same++;
    else tell(judgement, entry.kind, entry.path, size);
  }
  for (const { kind, path, facts } of comparison.missing()) {
    if (!unread.covers(path)) tell("missing", kind, path, facts?.size ?? 0);
  }
  const isSame = Object.values(counts).every((count) => count === 0);
  const exitCode = account.failureCount > 0 ? 2 : isSame ? 0 : 3;
  return { ...account.summary(), ...counts, same, exitCode };
}

async function fill(comparison: ManifestComparison, manifest: ByteSource): Promise<void> {
  try {
    for await (const entry of readManifest(manifest)) {
      if (comparison.add(entry)) continue;
      const path = displayPath(entry.path);
      const twice = `The manifest says two different things of "${path}".`;
      throw new TransferError("manifest", twice, "usage");
    }
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new TransferError("manifest", error.message, "usage");
  }
}
