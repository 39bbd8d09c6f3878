import type { PathLike } from "../endpoint/mod.ts";
import { isOwnFolder, watchFolder } from "../watch/asking/folder.ts";
import type { TransferSummary } from "./events.ts";
import type { TransferOptions } from "./options.ts";

/** The summary of a mirror that `blit watch` has proven needless; undefined where none has. */
export async function provenClean(
  source: PathLike,
  destination: PathLike,
  options: TransferOptions,
): Promise<TransferSummary | undefined> {
  const folder = watchFolder();
  if (folder === undefined || !isOwnFolder(folder)) return undefined;
  const started = performance.now();
  const { isProvenClean } = await import("../watch/asking/ask.ts");
  if (!isProvenClean(folder, source, destination, options)) return undefined;
  return {
    verb: "mirror",
    dryRun: options.dryRun ?? false,
    entriesScanned: 0,
    filesCreated: 0,
    filesUpdated: 0,
    metadataUpdated: 0,
    directoriesCreated: 0,
    symlinksCreated: 0,
    linksCreated: 0,
    specialsCreated: 0,
    entriesSame: 0,
    entriesSkipped: 0,
    bytesTransferred: 0,
    bytesTotal: 0,
    bytesResumed: 0,
    entriesDeleted: 0,
    extrasLeft: 0,
    entriesMoved: 0,
    failures: [],
    failureCount: 0,
    warnings: [],
    elapsedMs: performance.now() - started,
    transport: "local",
    backend: "linux",
    exitCode: 0,
    provenByWatch: true,
  };
}
