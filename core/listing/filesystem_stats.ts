import { openAt } from "../endpoint/directory_at.ts";
import { parseLocalPath } from "../endpoint/local_path.ts";
import { joinPath, trimNul } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { Errno, type Handle, type Name, type Result, type Sys } from "../sys/mod.ts";
import { refuse } from "./open_start.ts";
import { type ListingStart, localStart } from "./start.ts";
import type { FilesystemRow } from "./types.ts";

/** As many links in a row as Linux follows (path_resolution(7)). */
const MOST_LINKS = 40;
const SLASH = 47;

/**
 * How full the file system is that holds what was named, whatever that is. A link is followed
 * where `start` says so, as df does.
 *
 * @throws {TransferError} when it is not there, cannot be reached, or nothing tells
 */
export function filesystemStats(sys: Sys, start: ListingStart): FilesystemRow {
  const opened = openAny(sys, start);
  if (opened < 0) refuse(start, opened);
  const status = sys.statFilesystem(opened);
  sys.close(opened);
  if (typeof status === "number") refuse(start, status);
  return {
    filesystem: status.type,
    size: status.size,
    used: status.size - status.free,
    available: status.available,
    inodes: status.inodes,
    inodesUsed: status.inodes - status.inodesFree,
    readOnly: status.readOnly,
  };
}

/** Opens what was named, or what it leads to, only to ask about it. */
function openAny(sys: Sys, start: ListingStart, links = 0): Result {
  const { directory, only, followsLink } = start;
  const held = openAt(sys, directory);
  if (held < 0 || only === undefined) return held;
  const follows = followsLink === true && directory.beneath === undefined;
  const target = follows ? sys.readLink(held, only) : -1;
  const opened = typeof target === "number" ? openEntry(sys, held, only) : -Errno.ELOOP;
  if (opened !== held) sys.close(held);
  if (typeof target === "number" || links === MOST_LINKS) return opened;
  const path = target[0] === SLASH ? target : joinPath(directory.root, target);
  return openAny(sys, localStart(parseLocalPath(trimNul(path)), true), links + 1);
}

function openEntry(sys: Sys, directory: Handle, name: Name): Result {
  const opened = sys.openPath(directory, name);
  if (opened !== -Errno.EOPNOTSUPP) return opened;
  // Where only directories can be asked: what one holds is mostly where it is.
  const told = sys.stat(directory, name, new StatTable(1), 0);
  return told < 0 ? told : directory;
}
