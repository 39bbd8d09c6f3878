import { pathKey } from "../entry/path.ts";
import type { PathLike } from "../endpoint/mod.ts";
import type { CheckOptions, CheckSummary, Difference, DifferenceEvent } from "./check_types.ts";
import type { EntryEvent, TransferEvent } from "./events.ts";
import { runTransfer } from "./run_transfer.ts";

/** What a mirror would do to an entry, as a difference. */
const DIFFERENCES: Readonly<Record<EntryEvent["action"], Difference | undefined>> = {
  create: "missing",
  link: "missing",
  update: "different",
  relink: "different",
  metadata: "metadata",
  delete: "extra",
  // A mirror without a backup directory does none of these.
  backup: undefined,
  rename: undefined,
  "remove-source": undefined,
};

/**
 * Tells in what two trees differ, and changes neither: what `mirror` with the same source and
 * destination would have to do, and by the same code. With `compare: "checksum"` contents are
 * compared; else sizes and times.
 *
 * Needs `--allow-read` for local trees, `--allow-net` for remote ones, and `--allow-ffi` to be fast.
 *
 * @throws {TransferError} when nothing could be compared
 *
 * @example
 * ```ts
 * import { check } from "@blit/core";
 *
 * const source = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${source}/note.txt`, "hello");
 * const destination = Deno.makeTempDirSync();
 * const { missing, exitCode } = await check(`${source}/`, destination, {
 *   onEvent: (event) => event.type === "difference" && console.log(event.difference),
 * });
 * console.log(missing, exitCode); // 1, the note, and 3
 * ```
 */
export async function check(
  source: PathLike,
  destination: PathLike,
  options: CheckOptions = {},
): Promise<CheckSummary> {
  const differences = new Differences(options);
  const { onEvent: _, ...rest } = options;
  const summary = await runTransfer("check", [source], destination, {
    ...rest,
    dryRun: true,
    reportEntries: true,
    onEvent: (event) => differences.hear(event),
  });
  const { counts } = differences.finish();
  const { failureCount } = summary;
  const isSame = Object.values(counts).every((count) => count === 0);
  return {
    entriesScanned: summary.entriesScanned,
    same: summary.entriesSame,
    ...counts,
    bytesTotal: summary.bytesTotal,
    failures: summary.failures,
    failureCount,
    warnings: summary.warnings,
    elapsedMs: summary.elapsedMs,
    transport: summary.transport,
    backend: summary.backend,
    exitCode: failureCount > 0 ? 2 : isSame ? 0 : 3,
  };
}

/** Makes differences of what a mirror would do, and counts them. */
class Differences {
  readonly counts: Record<Difference, number> = { missing: 0, extra: 0, different: 0, metadata: 0 };
  /**
   * Directories that a mirror would delete. Where one makes room for something else, that comes
   * later, and is a difference in kind.
   */
  readonly #directories = new Map<string, EntryEvent>();

  constructor(readonly options: CheckOptions) {}

  hear(event: TransferEvent): void {
    if (event.type !== "entry") this.options.onEvent?.(event);
    else if (event.action === "delete" && event.kind === "directory") {
      this.#directories.set(pathKey(event.path), event);
    } else this.#tell(event, this.#differenceOf(event));
  }

  /** Tells what was kept back; no more is heard after it. */
  finish(): this {
    for (const event of this.#directories.values()) this.#tell(event, "extra");
    this.#directories.clear();
    return this;
  }

  #differenceOf({ action, path }: EntryEvent): Difference | undefined {
    const isInPlace = this.#directories.size > 0 && this.#directories.delete(pathKey(path));
    return isInPlace ? "different" : DIFFERENCES[action];
  }

  #tell({ kind, path, size }: EntryEvent, difference: Difference | undefined): void {
    if (difference === undefined) return;
    this.counts[difference]++;
    const event: DifferenceEvent = { type: "difference", difference, kind, path, size };
    this.options.onEvent?.(event);
  }
}
