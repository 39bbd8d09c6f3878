import { isFilesystem } from "../../core/history/field.ts";

/** What is mounted, as far as it has no name in it. */
export interface Mounts {
  /** How many mounts there are of each type. */
  readonly counts: Readonly<Record<string, number>>;
  /** The type that holds an absolute path; links in it are not followed. */
  typeAt(path: string): string | undefined;
}

/** Reads /proc/self/mountinfo (proc(5)); paths with one character a byte. */
export function readMounts(mountinfo: string): Mounts {
  const mounts: { readonly place: string; readonly type: string }[] = [];
  for (const line of mountinfo.split("\n")) {
    const fields = line.split(" ");
    const place = fields[4];
    // Optional fields stand before the dash, the type behind it.
    const type = fields[fields.indexOf("-", 6) + 1];
    if (place === undefined || fields.indexOf("-", 6) < 0) continue;
    mounts.push({ place: unescape(place), type: isFilesystem(type) ? type : "other" });
  }
  const counts: Record<string, number> = {};
  for (const type of mounts.map(({ type }) => type).sort()) counts[type] = (counts[type] ?? 0) + 1;
  return { counts, typeAt: (path) => deepest(mounts, bytesOf(path)) };
}

function deepest(
  mounts: readonly { readonly place: string; readonly type: string }[],
  path: string,
): string | undefined {
  let found: { readonly place: string; readonly type: string } | undefined;
  for (const mount of mounts) {
    const folder = mount.place === "/" ? "/" : `${mount.place}/`;
    const holds = path === mount.place || path.startsWith(folder);
    // Of several at one place the last lies on top.
    if (holds && mount.place.length >= (found?.place.length ?? 0)) found = mount;
  }
  return found?.type;
}

function bytesOf(path: string): string {
  return String.fromCharCode(...new TextEncoder().encode(path));
}

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
function unescape(text: string): string {
  return text.replace(
    /\\([0-7]{3})/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
  );
}
