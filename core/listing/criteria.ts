import { Kind, kindWord } from "../entry/kind.ts";
import type { StatTable } from "../entry/stats.ts";
import { TransferError } from "../transfer/failure.ts";
import { compileExpression } from "./expression.ts";
import type { PathColumn } from "./path_column.ts";
import { compileShellPattern, type ShellPattern } from "./shell_pattern.ts";
import type { FindOptions } from "./types.ts";

const encoder = new TextEncoder();
// Bytes that are not UTF-8 are seen as U+FFFD, and a byte order mark as what it is.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What `find` looks for, ready to be asked, the cheap questions apart from the dear ones. */
export class Criteria {
  /** `acceptsStats` has something to ask. */
  readonly needsStats: boolean;
  /** There is nothing to ask: everything is looked for. */
  readonly takesAll: boolean;
  readonly #names: readonly ShellPattern[] | undefined;
  readonly #paths: readonly ShellPattern[] | undefined;
  readonly #expression: RegExp | undefined;
  /** By kind code: 1 for what is wanted. */
  readonly #kinds: Uint8Array | undefined;
  readonly #minSize: number;
  readonly #maxSize: number;
  readonly #ofSize: boolean;
  readonly #changedAfter: number;
  readonly #changedBefore: number;

  /** @throws {TransferError} `usage` for what means nothing */
  constructor(options: FindOptions, nowSeconds: number) {
    const { minSize, maxSize, minAge, maxAge, ignoreCase = false } = options;
    for (const name of ["minSize", "maxSize", "minAge", "maxAge", "maxDepth", "limit"] as const) {
      const value = options[name];
      if (value !== undefined && !(value >= 0)) {
        throw new TransferError(
          "find-options",
          `${name} is ${value}, which is not 0 or more.`,
          "usage",
        );
      }
    }
    this.#names = compile(options.names, ignoreCase);
    this.#paths = compile(options.paths, ignoreCase);
    this.#expression = options.regex === undefined
      ? undefined
      : compileExpression(options.regex, ignoreCase);
    this.#ofSize = minSize !== undefined || maxSize !== undefined;
    this.#kinds = kindTable(options.kinds, this.#ofSize);
    this.#minSize = minSize ?? 0;
    this.#maxSize = maxSize ?? Infinity;
    this.#changedAfter = maxAge === undefined ? -Infinity : nowSeconds - maxAge;
    this.#changedBefore = minAge === undefined ? Infinity : nowSeconds - minAge;
    this.needsStats = this.#ofSize || minAge !== undefined || maxAge !== undefined;
    this.takesAll = !this.needsStats && this.#names === undefined && this.#paths === undefined &&
      this.#expression === undefined && this.#kinds === undefined;
  }

  /** Whether an entry of this kind may be what is looked for. */
  acceptsKind(kind: number): boolean {
    return this.#kinds === undefined || this.#kinds[kind] === 1;
  }

  /** Whether the last component, `bytes[start, end)`, fits. */
  acceptsName(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#names === undefined || anyMatches(this.#names, bytes, start, end);
  }

  /** Whether the path of a row fits. */
  acceptsPath(paths: PathColumn, row: number): boolean {
    if (this.#paths !== undefined) {
      const start = paths.offsets[row]!; // callers ask for rows that there are
      const end = start + paths.lengths[row]!; // as above
      if (!anyMatches(this.#paths, paths.bytes, start, end)) return false;
    }
    return this.#expression === undefined || this.#expression.test(decoder.decode(paths.view(row)));
  }

  /** Whether size and time of a row fit. */
  acceptsStats(stats: StatTable, row: number): boolean {
    if (!this.needsStats) return true;
    // Callers ask for rows that have been filled.
    if (this.#ofSize) {
      const size = stats.size[row]!;
      if (size < this.#minSize || size > this.#maxSize) return false;
    }
    const changed = stats.mtimeSeconds[row]! + stats.mtimeNanoseconds[row]! / 1e9;
    return changed >= this.#changedAfter && changed <= this.#changedBefore;
  }
}

/** Undefined where everything is wanted; a pattern that can match nothing is left out. */
function compile(
  patterns: FindOptions["names"],
  ignoreCase: boolean,
): ShellPattern[] | undefined {
  if (patterns === undefined || patterns.length === 0) return undefined;
  return patterns
    .map((given) => typeof given === "string" ? encoder.encode(given) : given)
    .map((pattern) => compileShellPattern(pattern, ignoreCase))
    .filter((pattern) => pattern !== undefined);
}

function anyMatches(
  patterns: readonly ShellPattern[],
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  for (const pattern of patterns) if (pattern.matches(bytes, start, end)) return true;
  return false;
}

/** Sizes are of files alone. */
function kindTable(kinds: FindOptions["kinds"], ofSize: boolean): Uint8Array | undefined {
  const isAny = kinds === undefined || kinds.length === 0;
  if (isAny && !ofSize) return undefined;
  const table = new Uint8Array(16);
  for (let kind = 0; kind < table.length; kind++) {
    const isWanted = isAny || kinds.includes(kindWord(kind));
    table[kind] = isWanted && (!ofSize || kind === Kind.File) ? 1 : 0;
  }
  return table;
}
