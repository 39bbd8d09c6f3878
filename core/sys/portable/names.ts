import { Errno } from "../errno.ts";
import type { Handle, Name, Result } from "../sys.ts";
import type { Handles } from "./handles.ts";

// Without ignoreBOM a name that begins with U+FEFF would lose it, and mean another file.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const windows = Deno.build.os === "windows";
const SEPARATOR = windows ? "\\" : "/";

/**
 * Names that Windows would refuse, cut short, or take for a device or a stream of another file
 * (learn.microsoft.com/windows/win32/fileio/naming-a-file).
 */
const NOT_ON_WINDOWS =
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  /[<>:"/\\|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\.|$)/i;

/** Bytes up to the first NUL as text, or -EILSEQ where they are not UTF-8. */
export function textOf(bytes: Name): string | Result {
  const end = bytes.indexOf(0);
  try {
    return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  } catch {
    return -Errno.EILSEQ;
  }
}

/**
 * One component of a path as text, or a negated errno.
 *
 * U+FFFD is refused with -EILSEQ: Deno lists a name that is not UTF-8 with U+FFFD in it, so such
 * a text may stand for another file than the one it spells. Taking it at its word could copy a
 * file under a wrong name or delete the wrong one.
 */
export function checkComponent(text: string): string | Result {
  if (text === "") return -Errno.ENOENT;
  if (text === "." || text === ".." || text.includes("/")) return -Errno.EINVAL;
  if (text.includes("\ufffd")) return -Errno.EILSEQ;
  if (windows && NOT_ON_WINDOWS.test(text)) return -Errno.EILSEQ;
  return text;
}

/** A component added to a directory's path. */
export function join(directory: string, component: string): string {
  return directory.endsWith(SEPARATOR) ? directory + component : directory + SEPARATOR + component;
}

/** The path of a name in an open directory, or a negated errno. */
export function pathOf(handles: Handles, directory: Handle, name: Name): string | Result {
  const held = handles.directory(directory);
  if (typeof held === "number") return held;
  const text = textOf(name);
  if (typeof text === "number") return text;
  const component = checkComponent(text);
  return typeof component === "number" ? component : join(held.path, component);
}
