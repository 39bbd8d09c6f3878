/** The roots of the trees that a floor program works on. */
import { AT_FDCWD, bindMaking, type Bytes, OPEN_DIRECTORY } from "./libc.ts";
import { DIRECTORY, Listing, looking } from "./list.ts";

/** The entries of a tree's root, as they can be sent to another thread. */
export interface Entries {
  readonly arena: Bytes;
  /** Where the names begin, those of files before those of directories. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** How many of them are files. */
  readonly files: number;
}

/** Two open trees, and what the first one's root holds. */
export interface Roots {
  readonly source: number;
  readonly destination: number;
  readonly entries: Entries;
}

const encoder = new TextEncoder();

/** A path as a call is given it. */
export function pathOf(text: string): Bytes {
  return encoder.encode(`${text}\0`);
}

/** Opens the directory at a path. */
export function openRoot(path: string): number {
  return looking.ffiOpenat(AT_FDCWD, pathOf(path), OPEN_DIRECTORY, 0);
}

/** The same for one that need not be there yet. */
export function makeRoot(path: string): number {
  bindMaking().mkdirat(AT_FDCWD, pathOf(path), 0o755);
  return openRoot(path);
}

/** Opens the two trees that the program is given, the second one in a way of its own. */
export function openRoots(openDestination: (path: string) => number): Roots {
  const [from = ".", to = "."] = Deno.args;
  const source = openRoot(from);
  return { source, destination: openDestination(to), entries: readRoot(source) };
}

/** Lists a root: large files come first, for they take longest. */
export function readRoot(root: number): Entries {
  const listing = new Listing();
  listing.read(root);
  const { arena } = listing;
  const starts = listing.starts.slice(0, listing.count);
  const isFile = (start: number): boolean => arena[start - 1] !== DIRECTORY;
  const files = starts.filter(isFile);
  starts.set(starts.filter((start) => !isFile(start)), files.length);
  starts.set(files);
  return { arena, starts, files: files.length };
}
