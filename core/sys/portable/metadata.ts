import type { StatTable } from "../../entry/stats.ts";
import { Errno } from "../errno.ts";
import type { Handle, Name, Result, Sys } from "../sys.ts";
import { failure } from "./errors.ts";
import type { Handles, OpenDirectory, OpenFile } from "./handles.ts";
import { linkCalls, linkTime } from "./links.ts";
import { pathOf } from "./names.ts";
import { storeStatus } from "./status.ts";

/** Furthest from 1970 that a `Date` reaches, in milliseconds (ECMA-262, 21.4.1.1). */
const DATE_LIMIT_MS = 8.64e15;

const owners = Deno.build.os !== "windows";

/** Times, modes and owners. */
export function metadataCalls(handles: Handles): Pick<
  Sys,
  | "statHandle"
  | "setTimes"
  | "setTimesHandle"
  | "setMode"
  | "setModeHandle"
  | "setOwner"
  | "setOwnerHandle"
> {
  function statHandle(handle: Handle, table: StatTable, index: number): Result {
    const opened = handles.get(handle);
    if (typeof opened === "number") return opened;
    try {
      if (opened.kind === "file") return storeStatus(opened.file.statSync(), table, index);
      const info = Deno.lstatSync(opened.path);
      return isSame(opened, info) ? storeStatus(info, table, index) : -Errno.ESTALE;
    } catch (error) {
      return failure(error);
    }
  }

  function setTimes(directory: Handle, name: Name, seconds: number, nanoseconds: number): Result {
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    const ms = toMs(seconds, nanoseconds);
    if (Number.isNaN(ms)) return -Errno.EOVERFLOW;
    try {
      const info = Deno.lstatSync(path);
      if (info.isSymlink) return setLinkTimes(path, info, ms);
      Deno.utimeSync(path, atimeOf(info), new Date(ms));
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function setTimesHandle(handle: Handle, seconds: number, nanoseconds: number): Result {
    const opened = handles.get(handle);
    if (typeof opened === "number") return opened;
    const ms = toMs(seconds, nanoseconds);
    if (Number.isNaN(ms)) return -Errno.EOVERFLOW;
    try {
      if (opened.kind === "file") {
        opened.file.utimeSync(atimeOf(opened.file.statSync()), new Date(ms));
        return 0;
      }
      const info = Deno.lstatSync(opened.path);
      if (!isSame(opened, info)) return -Errno.ESTALE;
      Deno.utimeSync(opened.path, atimeOf(info), new Date(ms));
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function setMode(directory: Handle, name: Name, mode: number): Result {
    const path = pathOf(handles, directory, name);
    if (typeof path === "number") return path;
    try {
      if (Deno.lstatSync(path).isSymlink) return -Errno.EOPNOTSUPP; // as fchmodat(2) says
      Deno.chmodSync(path, mode & 0o7777);
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function setModeHandle(handle: Handle, mode: number): Result {
    const path = heldPath(handles, handle);
    if (typeof path === "number") return path;
    try {
      Deno.chmodSync(path, mode & 0o7777);
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function setOwner(directory: Handle, name: Name, uid: number, gid: number): Result {
    const path = pathOf(handles, directory, name);
    return typeof path === "number" ? path : changeOwner(path, uid, gid);
  }

  function setOwnerHandle(handle: Handle, uid: number, gid: number): Result {
    const path = heldPath(handles, handle);
    return typeof path === "number" ? path : changeOwner(path, uid, gid);
  }

  return {
    statHandle,
    setTimes,
    setTimesHandle,
    setMode,
    setModeHandle,
    setOwner,
    setOwnerHandle,
  };
}

/** Milliseconds are what Deno sets and reads; NaN past `Date`, of which Deno would make 1970. */
function toMs(seconds: number, nanoseconds: number): number {
  const ms = seconds * 1000 + Math.floor(nanoseconds / 1e6);
  return Math.abs(ms) <= DATE_LIMIT_MS ? ms : NaN;
}

/** The atime that is put back beside a new mtime, cut off at the millisecond. */
function atimeOf(info: Deno.FileInfo): Date {
  const ms = info.atime?.getTime() ?? NaN;
  return new Date(Number.isNaN(ms) ? 0 : ms);
}

function setLinkTimes(path: string, info: Deno.FileInfo, ms: number): Result {
  const mtime = linkTime(ms);
  if (mtime === undefined) return -Errno.EOPNOTSUPP;
  const atimeMs = atimeOf(info).getTime();
  const atime = linkTime(atimeMs) ?? new Date(Math.floor(atimeMs / 1000) * 1000);
  linkCalls().lutimesSync(path, atime, mtime);
  return 0;
}

/** lchown(2): `Deno.chownSync` would follow a link. */
function changeOwner(path: string, uid: number, gid: number): Result {
  if (!owners) return -Errno.EOPNOTSUPP;
  try {
    linkCalls().lchownSync(path, uid, gid);
    return 0;
  } catch (error) {
    return failure(error);
  }
}

/**
 * The path of an open file or directory, provided it still leads there; else -ESTALE. Deno has
 * no fchmod or fchown, so the way by the path is all there is.
 */
function heldPath(handles: Handles, handle: Handle): string | Result {
  const opened = handles.get(handle);
  if (typeof opened === "number") return opened;
  try {
    return isSame(opened, Deno.lstatSync(opened.path)) ? opened.path : -Errno.ESTALE;
  } catch (error) {
    return failure(error);
  }
}

function isSame(opened: OpenDirectory | OpenFile, info: Deno.FileInfo): boolean {
  if (info.isSymlink) return false;
  const held = opened.kind === "file" ? opened.file.statSync() : opened;
  return info.dev === held.dev && info.ino === held.ino;
}
