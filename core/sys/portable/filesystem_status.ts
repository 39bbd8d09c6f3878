import { Errno } from "../errno.ts";
import type { FilesystemStatus, Handle, Result } from "../sys.ts";
import { failure } from "./errors.ts";
import type { Handles } from "./handles.ts";

/** What `statfsSync` of `node:fs` gives: counts in blocks of `bsize` bytes. */
interface Counts {
  readonly bsize: number;
  readonly frsize?: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

/** The one call of `node:fs` that Deno's own API has nothing for. */
interface NodeFiles {
  readonly statfsSync?: (path: string) => Counts;
}

/** How full the file system is; its type and whether it is read-only nobody tells. */
export function statFilesystem(handles: Handles, handle: Handle): FilesystemStatus | Result {
  const held = handles.get(handle);
  if (typeof held === "number") return held;
  const stat = nodeFiles()?.statfsSync;
  if (stat === undefined) return -Errno.ENOSYS;
  try {
    const { bsize, frsize, blocks, bfree, bavail, files, ffree } = stat(held.path);
    const unit = frsize ?? bsize;
    return {
      type: "unknown",
      size: blocks * unit,
      free: bfree * unit,
      available: bavail * unit,
      inodes: files,
      inodesFree: ffree,
      readOnly: false,
    };
  } catch (error) {
    return failure(error);
  }
}

/** `node:fs`, loaded when it is asked for: an import would cost every run its time. */
function nodeFiles(): NodeFiles | undefined {
  const process: unknown = Reflect.get(globalThis, "process");
  if (typeof process !== "object" || process === null) return undefined;
  const load: unknown = Reflect.get(process, "getBuiltinModule");
  if (typeof load !== "function") return undefined;
  const loaded: unknown = load.call(process, "node:fs");
  return typeof loaded === "object" && loaded !== null ? loaded : undefined;
}
