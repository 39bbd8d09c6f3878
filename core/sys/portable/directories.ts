import { Kind } from "../../entry/kind.ts";
import type { NameTable } from "../../entry/names.ts";
import { Errno } from "../errno.ts";
import type { Handle, Name, Result, Sys } from "../sys.ts";
import { failure } from "./errors.ts";
import type { Handles, OpenDirectory } from "./handles.ts";
import { checkComponent, join, textOf } from "./names.ts";

const encoder = new TextEncoder();

/** Opening, listing and closing. */
export function directoryCalls(
  handles: Handles,
): Pick<Sys, "openRoot" | "openBeneath" | "openParent" | "close" | "list"> {
  // Names of up to 255 bytes; a byte that is not UTF-8 comes as three of U+FFFD.
  const scratch = new Uint8Array(1024);

  function openRoot(path: Name): Result {
    const text = textOf(path);
    if (typeof text === "number") return text;
    try {
      // Resolved at once: neither a later chdir nor a changed link moves the root.
      const real = Deno.realPathSync(text);
      const info = Deno.lstatSync(real);
      return info.isDirectory ? handles.addDirectory(real, info) : -Errno.ENOTDIR;
    } catch (error) {
      return failure(error);
    }
  }

  function openBeneath(directory: Handle, path: Name, sameMount = false): Result {
    const held = handles.directory(directory);
    if (typeof held === "number") return held;
    const text = textOf(path);
    if (typeof text === "number") return text;
    if (text.startsWith("/")) return -Errno.EXDEV; // as openat2(2) with RESOLVE_BENEATH
    let reached = held.path;
    try {
      let info: Deno.FileInfo | undefined;
      for (const part of text.split("/")) {
        if (part === "" || part === ".") continue;
        if (part === "..") return -Errno.EXDEV;
        const component = checkComponent(part);
        if (typeof component === "number") return component;
        reached = join(reached, component);
        info = Deno.lstatSync(reached);
        if (info.isSymlink) return -Errno.ELOOP;
        if (!info.isDirectory) return -Errno.ENOTDIR;
        if (sameMount && info.dev !== held.dev) return -Errno.EXDEV;
      }
      // Looked at last: what took the place of the one that is held has not been entered then.
      const { dev, ino } = Deno.lstatSync(held.path);
      if (dev !== held.dev || ino !== held.ino) return -Errno.ESTALE;
      return handles.addDirectory(reached, info ?? Deno.lstatSync(reached));
    } catch (error) {
      return failure(error);
    }
  }

  function close(handle: Handle): Result {
    const opened = handles.remove(handle);
    if (opened === undefined) return -Errno.EBADF;
    try {
      if (opened.kind === "directory") opened.lock?.close();
      else opened.file.close();
      return 0;
    } catch (error) {
      return failure(error);
    }
  }

  function list(directory: Handle, names: NameTable): Result {
    names.clear();
    const held = handles.directory(directory);
    if (typeof held === "number") return held;
    try {
      held.listing ??= Deno.readDirSync(held.path)[Symbol.iterator]();
      for (;;) {
        const entry = held.waiting ?? next(held);
        if (entry === undefined) return names.count;
        const { read, written } = encoder.encodeInto(entry.name, scratch);
        if (read < entry.name.length || written === scratch.length) return -Errno.ENAMETOOLONG;
        scratch[written] = 0;
        const kind = kindOf(entry);
        if (!names.add(scratch, kind)) {
          held.waiting = entry;
          return names.count;
        }
        held.waiting = undefined;
      }
    } catch (error) {
      return failure(error);
    }
  }

  function openParent(directory: Handle): Result {
    const held = handles.directory(directory);
    if (typeof held === "number") return held;
    return openRoot(encoder.encode(`${held.path}/..`));
  }

  return { openRoot, openBeneath, openParent, close, list };
}

function next(directory: OpenDirectory): Deno.DirEntry | undefined {
  const step = directory.listing?.next();
  return step === undefined || step.done === true ? undefined : step.value;
}

function kindOf(entry: Deno.DirEntry): number {
  if (entry.isFile) return Kind.File;
  if (entry.isDirectory) return Kind.Directory;
  return entry.isSymlink ? Kind.Symlink : Kind.Unknown;
}
