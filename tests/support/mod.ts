/**
 * The ground that tests stand on: the only place that makes trees, mounts file systems, runs blit
 * as a process and compares trees, so that every test says what it means and nothing else.
 * Begin with `ground.ts`. What it checks with are other programs
 * (rsync, find, tar), named with their Debian packages in `host.ts`.
 *
 * @module
 */
export {
  type Backend,
  BACKENDS,
  eachBackend,
  OWN_BACKEND,
  ROOT_FEATURES,
  type TestOptions,
  useBackend,
} from "./backend.ts";
export { type Avahi, noAvahi, startAvahi } from "./avahi.ts";
export { type Background, inBackground } from "./background.ts";
export { bigFile, bigTree, flatTree } from "./big_trees.ts";
export { blitCommand, type BlitOptions, PERMISSIONS, runBlit, startBlit } from "./blit.ts";
export { bash, command, type CommandOptions, type CommandOutput, run } from "./command.ts";
export { compareTrees, rsyncDifferences, type Tolerance } from "./compare.ts";
export {
  type Daemon,
  DAEMON_HOST,
  type DaemonAddress,
  type DaemonOptions,
  startDaemon,
} from "./daemon.ts";
export { assertCode, assertSentence } from "./expect.ts";
export { freePort, untilListens } from "./free_port.ts";
export { BEHIND_DAEMON, type Ground, type GroundOptions, onGround } from "./ground.ts";
export { hasTool, type Need, needing, requires, unmet } from "./host.ts";
export {
  assertUntouched,
  fingerprint,
  type ListedEntry,
  listTree,
  temporariesIn,
} from "./listing.ts";
export {
  type Folds,
  type ImageType,
  makeImage,
  mountBind,
  type Mounted,
  mountFolding,
  mountFresh,
  mountImage,
  mountRamfs,
  mountSpelling,
  mountTmpfs,
} from "./mount.ts";
export {
  dropPort,
  inNamespace,
  type JoinedNamespaces,
  joinNamespaces,
  type Link,
  type NetworkNamespace,
  noNamespaces,
  noPacketFilter,
  runIn,
  setLink,
} from "./namespace.ts";
export { makeSocket, type OddFeature, oddTree } from "./odd_tree.ts";
export { makePlace, type Medium, type Place } from "./place.ts";
export {
  type Direction,
  DIRECTIONS,
  onOwnDaemons,
  onRemote,
  type OwnDaemonOptions,
  type RemoteGround,
  type RemoteOptions,
  summaryOf,
  type Transport,
  TRANSPORTS,
} from "./remote_ground.ts";
export { programFile, type ProgramName } from "./programs.ts";
export { type RsyncDaemon, startRsyncDaemon } from "./rsync_daemon.ts";
export { warmUp } from "./warm_up.ts";
export { plant, readTree, setMtime, symlinkTo, type Tree } from "./plant.ts";
export {
  needsOf,
  rsyncWork,
  startWatch,
  type Watch,
  WATCHED_BY,
  type WatchedBy,
  type WatchedPair,
  watchedPair,
} from "./watching.ts";
