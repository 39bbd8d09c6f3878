import { FilterError, quote } from "./error.ts";
import { parseFileList } from "./file_list.ts";
import { parseAge, parseSize } from "./limits.ts";
import { addRule, addRulesOfFile } from "./rule_list.ts";
import type { FileLimits, FilterRule, FilterSpec } from "./spec.ts";

/** One occurrence of `--include`, `--exclude` or `--exclude-from`, in the order given. */
export type FilterRuleSource =
  | { readonly kind: "include" | "exclude"; readonly pattern: string | Uint8Array }
  | { readonly kind: "exclude-from"; readonly name: string; readonly content: Uint8Array };

/** The content of a `--files-from` file. */
export interface FileListSource {
  /** The file's name, for error messages. */
  readonly name: string;
  /** What the file holds. */
  readonly content: Uint8Array;
  /** Names end at NUL instead of at a line's end, and nothing is a comment. */
  readonly nullTerminated?: boolean;
}

/** A filter as people write it. */
export interface FilterOptions {
  /** Include and exclude rules; the first that matches decides. */
  readonly rules?: readonly FilterRuleSource[];
  /** The exact paths to transfer. */
  readonly filesFrom?: FileListSource;
  /** Leave out files smaller than this, such as `10K`; a number is bytes. */
  readonly minSize?: string | number;
  /** Leave out files larger than this, such as `1.5GiB`; a number is bytes. */
  readonly maxSize?: string | number;
  /** Leave out files younger than this, such as `15m`, or modified after this date. */
  readonly minAge?: string;
  /** Leave out files older than this, such as `3d`, or modified before this date. */
  readonly maxAge?: string;
}

/**
 * Reads a filter as people write it into plain data for {@linkcode compileFilter}.
 *
 * @throws {FilterError} for a rule, path, size or age that makes no sense
 *
 * @example
 * ```ts
 * import { buildFilterSpec, compileFilter } from "./mod.ts";
 *
 * const spec = buildFilterSpec({
 *   rules: [{ kind: "include", pattern: "keep.o" }, { kind: "exclude", pattern: "*.o" }],
 *   maxSize: "1.5G",
 * });
 * const inRoot = compileFilter(spec).directory(new Uint8Array());
 * const name = new TextEncoder().encode("main.o");
 * console.log(inRoot.accepts(name, 0, name.length, false)); // false
 * ```
 */
export function buildFilterSpec(options: FilterOptions): FilterSpec {
  const rules: FilterRule[] = [];
  for (const source of options.rules ?? []) addSource(rules, source);
  const limits = buildLimits(options);
  const list = options.filesFrom;
  if (list === undefined) return { rules, limits };
  const files = parseFileList(list.content, list.nullTerminated ?? false, list.name);
  return { rules, files, limits };
}

function addSource(rules: FilterRule[], source: FilterRuleSource): void {
  if (source.kind === "exclude-from") {
    addRulesOfFile(rules, false, source.content, `--exclude-from ${quote(source.name)}`);
    return;
  }
  const { kind, pattern } = source;
  const bytes = typeof pattern === "string" ? new TextEncoder().encode(pattern) : pattern;
  addRule(rules, kind === "include", bytes, `--${kind}`);
}

function buildLimits({ minSize, maxSize, minAge, maxAge }: FilterOptions): FileLimits {
  const limits: FileLimits = {
    ...(minSize !== undefined && { minSizeBytes: parseSize(String(minSize), "--min-size") }),
    ...(maxSize !== undefined && { maxSizeBytes: parseSize(String(maxSize), "--max-size") }),
    ...(minAge !== undefined && { minAge: parseAge(minAge, "--min-age") }),
    ...(maxAge !== undefined && { maxAge: parseAge(maxAge, "--max-age") }),
  };
  if ((limits.minSizeBytes ?? 0) > (limits.maxSizeBytes ?? Infinity)) {
    throw new FilterError(
      "empty-range",
      `--min-size ${quote(String(minSize))} is more than --max-size ${quote(String(maxSize))}: ` +
        `no file could pass.`,
    );
  }
  if (isEmptyAgeRange(limits)) {
    throw new FilterError(
      "empty-range",
      `--min-age ${quote(String(minAge))} and --max-age ${quote(String(maxAge))} leave no time ` +
        `between them: no file could pass.`,
    );
  }
  return limits;
}

/** An age and a moment cannot be compared before the run's clock is known. */
function isEmptyAgeRange({ minAge, maxAge }: FileLimits): boolean {
  if (minAge?.kind === "age" && maxAge?.kind === "age") return minAge.seconds > maxAge.seconds;
  return minAge?.kind === "moment" && maxAge?.kind === "moment" &&
    minAge.epochSeconds < maxAge.epochSeconds;
}
