import { Errno } from "./errno.ts";
import { directoryCalls } from "./portable/directories.ts";
import { entryCalls } from "./portable/entries.ts";
import { equalBytes } from "./portable/equal_bytes.ts";
import { statFilesystem } from "./portable/filesystem_status.ts";
import { fileCalls } from "./portable/files.ts";
import { Handles } from "./portable/handles.ts";
import { identify } from "./portable/identity.ts";
import { metadataCalls } from "./portable/metadata.ts";
import type { Identity, Result, Sys } from "./sys.ts";

/**
 * Opens the portable backend: Deno's own API, on every system, with `--allow-read` and
 * `--allow-write` alone (`--allow-sys` tells it who runs the process; symbolic links need both
 * permissions unscoped).
 *
 * What it cannot do, it says:
 * - Deno holds no directories: a handle is a path, checked when it is opened. Someone who renames
 *   directories under a run can lead it elsewhere; nothing short of the linux backend prevents it.
 *   Removing looks first whether the directory is still the one that was opened, which leaves
 *   the moment in between.
 * - Names that are not UTF-8 are listed with U+FFFD in them, and any name with U+FFFD is refused
 *   with EILSEQ. Paths past the system's limit fail with ENAMETOOLONG.
 * - Times are read and set in milliseconds; a link's before 1970 in whole seconds.
 * - A mount is told by its device, and a read-only file system not at all.
 * - No attributes, special files, unnamed files, holes, reflinks or copies inside the kernel.
 *
 * ```ts
 * import { openPortable } from "./portable.ts";
 * import { nameOf } from "../entry/display.ts";
 * import assert from "node:assert/strict";
 *
 * const sys = openPortable();
 * const root = sys.openRoot(nameOf("."));
 * assert.ok(root >= 0);
 * assert.equal(sys.close(root), 0);
 * ```
 */
export function openPortable(): Sys {
  const handles = new Handles();
  let identity: Identity | undefined;
  return {
    name: "portable",
    capabilities: {
      timeStepNs: 1_000_000,
      xattrs: false,
      nodes: false,
      seekHoles: false,
      owners: Deno.build.os !== "windows",
    },
    get identity(): Identity {
      return identity ??= identify();
    },
    ...directoryCalls(handles),
    ...fileCalls(handles),
    ...entryCalls(handles),
    ...metadataCalls(handles),
    equal: equalBytes,
    setBothTimes: () => {}, // Deno sets both anyway
    changeTime: unsupported, // Deno tells it in whole seconds
    createUnnamed: unsupported,
    publish: unsupported,
    seekData: unsupported,
    seekHole: unsupported,
    punchHole: unsupported,
    reflink: unsupported,
    copyRange: unsupported,
    sendFile: unsupported,
    end: () => {},
    locate: () => undefined,
    filesystemType: () => undefined,
    identifyMount: () => undefined,
    statFilesystem: (handle) => statFilesystem(handles, handle),
    syncFilesystem: () => -Errno.ENOSYS,
    makeNode: unsupported,
    openPath: unsupported,
    listAttributes: unsupported,
    getAttribute: unsupported,
    setAttribute: unsupported,
    removeAttribute: unsupported,
    threadId: () => 0,
    ownCredentials: () => {},
    threadCpuNs: () => -1,
    threadReadyNs: () => 0,
    blockedCall: () => undefined,
    storageBytes: () => 0,
    writtenBytes: () => 0,
    hangingMounts: () => [],
  };
}

function unsupported(): Result {
  return -Errno.EOPNOTSUPP;
}
