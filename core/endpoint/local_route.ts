import { trimNul } from "../entry/path.ts";
import { Errno, type Name, type Sys } from "../sys/mod.ts";

/** As many links in a path as Linux follows (path_resolution(7)). */
const LINKS = 40;

/**
 * An absolute path with its links followed, asking only what lies outside these mounts; undefined
 * where the way leads into one of them, or cannot be told. What is not there yet is as it is
 * written. Characters of the texts are bytes.
 */
export function localRoute(
  sys: Pick<Sys, "readLink">,
  path: Uint8Array,
  mounts: ReadonlySet<string>,
): string | undefined {
  if (mounts.has("/")) return undefined;
  const left = partsOf(textOf(path));
  const reached: string[] = [];
  let links = 0;
  let isThere = true;
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    if (part === "..") {
      reached.pop();
      isThere = true;
      continue;
    }
    reached.push(part);
    const here = `/${reached.join("/")}`;
    if (mounts.has(here)) return undefined;
    if (!isThere) continue;
    const target = sys.readLink(-1, nameOf(here));
    if (typeof target !== "number") {
      if (++links > LINKS) return undefined;
      const text = textOf(target);
      if (text.startsWith("/")) reached.length = 0;
      else reached.pop();
      left.unshift(...partsOf(text));
    } else if (target === -Errno.ENOENT) isThere = false;
    else if (target !== -Errno.EINVAL) return undefined;
  }
  return `/${reached.join("/")}`;
}

/** Bytes as a text of as many characters. */
export function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...trimNul(bytes));
}

function nameOf(text: string): Name {
  return Uint8Array.from(`${text}\0`, (character) => character.charCodeAt(0));
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
