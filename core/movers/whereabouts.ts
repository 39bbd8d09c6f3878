import { MOVERS_MAX } from "./control.ts";

/**
 * What a mover is about to do: for whoever asks why nothing moves. On Linux the kernel tells the
 * call itself (`Sys.blockedCall`); this is what is known elsewhere, and costs one copy of a path
 * a directory, nothing a file.
 */
export const Doing = {
  Nothing: 0,
  Transferring: 1,
  Linking: 2,
  Listing: 3,
  Deleting: 4,
  Removing: 5,
  Finishing: 6,
  Scanning: 7,
  Comparing: 8,
  Receiving: 9,
  Syncing: 10,
} as const;

const WORDS: readonly string[] = [
  "",
  "transferring what is in",
  "making hard links in",
  "listing",
  "deleting in",
  "removing from",
  "finishing",
  "scanning",
  "comparing with",
  "receiving into",
  "syncing the file system of",
];

/** Bytes of one mover's row; a path that is longer is cut at its end. */
const ROW_BYTES = 1024;
const HEAD_BYTES = 4;

/** Bytes that the whereabouts of all movers take. */
export const WHEREABOUTS_BYTES: number = MOVERS_MAX * ROW_BYTES;

const SLASH = 47;

/**
 * Notes what mover `index` begins with the directory `path` (relative to its roots), or with
 * `name` in it; both NUL-terminated. It is the row's only writer; a reader that comes in between
 * sees a mixture of two paths, for once.
 */
export function noteWhereabouts(
  rows: Uint8Array<SharedArrayBuffer>,
  index: number,
  doing: number,
  source: number,
  path: Uint8Array,
  name?: Uint8Array,
): void {
  const start = index * ROW_BYTES;
  rows[start] = doing;
  rows[start + 1] = source & 0xff;
  rows[start + 2] = source >>> 8;
  const end = start + ROW_BYTES - 1;
  let to = copyBytes(path, rows, start + HEAD_BYTES, end);
  if (name !== undefined) {
    if (to > start + HEAD_BYTES && to < end) rows[to++] = SLASH;
    to = copyBytes(name, rows, to, end);
  }
  rows[to] = 0;
}

/** Copies up to a NUL or to `end`; gives where it stopped. Short paths take no view this way. */
function copyBytes(
  from: Uint8Array,
  into: Uint8Array<SharedArrayBuffer>,
  start: number,
  end: number,
): number {
  let to = start;
  for (let at = 0; to < end && at < from.length && from[at] !== 0; at++) into[to++] = from[at]!;
  return to;
}

/** What a mover has noted last. */
export interface Whereabouts {
  /** As in `listing "x"`. */
  readonly doing: string;
  /** It works at the destination alone. */
  readonly isAtDestination: boolean;
  /** Which of the job's sources. */
  readonly source: number;
  /** A directory relative to the roots, without NUL. */
  readonly path: Uint8Array<ArrayBuffer>;
}

/** Reads what mover `index` has noted; undefined if it has noted nothing yet. */
export function readWhereabouts(
  rows: Uint8Array<SharedArrayBuffer>,
  index: number,
): Whereabouts | undefined {
  const row = rows.slice(index * ROW_BYTES, (index + 1) * ROW_BYTES);
  const [doing = 0, low = 0, high = 0] = row;
  const word = WORDS[doing];
  if (doing === Doing.Nothing || word === undefined) return undefined;
  const end = row.indexOf(0, HEAD_BYTES);
  const isAtDestination = doing === Doing.Deleting || doing === Doing.Listing ||
    doing === Doing.Finishing || doing === Doing.Comparing || doing === Doing.Receiving ||
    doing === Doing.Syncing;
  const path = new Uint8Array(end - HEAD_BYTES);
  path.set(row.subarray(HEAD_BYTES, end));
  return { doing: word, isAtDestination, source: low | high << 8, path };
}
