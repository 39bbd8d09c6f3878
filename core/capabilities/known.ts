/** What a mount can do, as a probe has seen it. */
export interface MountCapabilities {
  /** Two files can share their content (FICLONE). */
  readonly reflink: boolean;
  /** copy_file_range(2) works within it. */
  readonly copyRange: boolean;
  /** sendfile(2) to a file works. */
  readonly sendFile: boolean;
  /** Holes take no room, and are found. */
  readonly holes: boolean;
  /** Attributes of the `user` class can be set. */
  readonly attributes: boolean;
  /** Files without a name can be made and named (O_TMPFILE). */
  readonly unnamedFiles: boolean;
  /** The step in which modification times are kept, in nanoseconds. */
  readonly timeStepNs: number;
  /** Names that differ in case alone are one. */
  readonly foldsCase: boolean;
  /** Names that differ in Unicode normal form alone are one. */
  readonly foldsForm: boolean;
}

/** A mount that was probed. */
export interface KnownMount extends MountCapabilities {
  /** When: milliseconds since 1970. */
  readonly atMs: number;
  /** Its type as the kernel names it. */
  readonly type: string;
}

/** How content goes from one mount to another. */
export interface KnownPair {
  /** When it was found out: milliseconds since 1970. */
  readonly atMs: number;
  /** FICLONE has failed in a way that means all files of the two. */
  readonly refusesReflink: boolean;
  /**
   * Bytes a millisecond by copy_file_range(2), by sendfile(2) and by reading and writing; 0 for
   * what cannot be.
   */
  readonly rates: readonly number[];
}

/** All that is remembered, by keys of mounts and of pairs of them. */
export interface Known {
  readonly mounts: ReadonlyMap<string, KnownMount>;
  readonly pairs: ReadonlyMap<string, KnownPair>;
}

/** The version of the file that is written. */
const VERSION = 1;
/** Those that were found out last are kept. */
const MOST_MOUNTS = 64;
const MOST_PAIRS = 64;
const METHODS = 3;

const KEY = /^[0-9a-f]{16}$/;
const PAIR_KEY = /^[0-9a-f]{16} [0-9a-f]{16}$/;
const FLAGS = [
  "reflink",
  "copyRange",
  "sendFile",
  "holes",
  "attributes",
  "unnamedFiles",
  "foldsCase",
  "foldsForm",
] as const;

/** Nothing. */
export function noneKnown(): Known {
  return { mounts: new Map(), pairs: new Map() };
}

/** The file's text, with the newest entries as far as there is room. */
export function encodeKnown({ mounts, pairs }: Known): string {
  const newest = <T extends { readonly atMs: number }>(
    entries: ReadonlyMap<string, T>,
    most: number,
  ): Record<string, T> =>
    Object.fromEntries([...entries].sort(([, a], [, b]) => b.atMs - a.atMs).slice(0, most));
  return JSON.stringify({
    version: VERSION,
    mounts: newest(mounts, MOST_MOUNTS),
    pairs: newest(pairs, MOST_PAIRS),
  }) + "\n";
}

/**
 * What such a text says, whoever wrote it: entries that do not fit are left out. Undefined for
 * what was written by a later blit.
 */
export function decodeKnown(text: string): Known | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return noneKnown();
  }
  if (!isObject(value)) return noneKnown();
  const { version, mounts, pairs } = value;
  if (typeof version === "number" && version > VERSION) return undefined;
  if (version !== VERSION) return noneKnown();
  return {
    mounts: new Map(
      entriesOf(mounts, MOST_MOUNTS).flatMap(([key, mount]) => {
        const taken = KEY.test(key) ? mountOf(mount) : undefined;
        return taken === undefined ? [] : [[key, taken]];
      }),
    ),
    pairs: new Map(
      entriesOf(pairs, MOST_PAIRS).flatMap(([key, pair]) => {
        const taken = PAIR_KEY.test(key) ? pairOf(pair) : undefined;
        return taken === undefined ? [] : [[key, taken]];
      }),
    ),
  };
}

function mountOf(value: unknown): KnownMount | undefined {
  if (!isObject(value)) return undefined;
  const { atMs, type, timeStepNs } = value;
  if (!isAmount(atMs) || !isAmount(timeStepNs) || timeStepNs < 1 || timeStepNs > 1e10) {
    return undefined;
  }
  if (typeof type !== "string" || !/^[A-Za-z0-9][\w.-]{0,31}$/.test(type)) return undefined;
  const flags = FLAGS.map((name) => value[name]);
  if (!flags.every((flag) => typeof flag === "boolean")) return undefined;
  const [reflink, copyRange, sendFile, holes, attributes, unnamedFiles, foldsCase, foldsForm] =
    flags as boolean[];
  return {
    atMs,
    type,
    reflink: reflink === true,
    copyRange: copyRange === true,
    sendFile: sendFile === true,
    holes: holes === true,
    attributes: attributes === true,
    unnamedFiles: unnamedFiles === true,
    timeStepNs,
    foldsCase: foldsCase === true,
    foldsForm: foldsForm === true,
  };
}

function pairOf(value: unknown): KnownPair | undefined {
  if (!isObject(value)) return undefined;
  const { atMs, refusesReflink, rates } = value;
  if (!isAmount(atMs) || typeof refusesReflink !== "boolean") return undefined;
  if (!Array.isArray(rates) || rates.length !== METHODS || !rates.every(isAmount)) {
    return undefined;
  }
  return { atMs, refusesReflink, rates };
}

function entriesOf(value: unknown, most: number): [string, unknown][] {
  return isObject(value) ? Object.entries(value).slice(0, most) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
