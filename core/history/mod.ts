/**
 * Performance history: a line of JSON for each finished transfer, in a file of this user's that
 * nobody else reads and that never leaves the machine. No names and no paths are in it. The
 * command line writes it, a daemon one of its own; `blit-utils profile` and `blit diagnostics` show
 * them. It imports only the library's types; begin with `record.ts`. docs/history.md says what is
 * kept where.
 *
 * @module
 */
export { appendRun } from "./append.ts";
export { daemonHistoryFile } from "./daemon_location.ts";
export { historyFile } from "./location.ts";
export { type DiskProbe, type ProbeRecord } from "./probe_record.ts";
export { type DaemonHistoryContent, type History, readDaemonHistory, readHistory } from "./read.ts";
export { type Direction, recordOf, type RunRecord } from "./record.ts";
export { medianOf, type Trend, trendsOf } from "./trends.ts";
export {
  boundBy,
  bytesPerSecond,
  filesystemsOf,
  shapeOf,
  signatureOf,
  speedOf,
} from "./workload.ts";
