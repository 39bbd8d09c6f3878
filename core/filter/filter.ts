import { DirectoryFilter } from "./directory_filter.ts";
import { type CompiledRule, compileRule, concerns } from "./pattern.ts";
import type { FileLimits, FileList, FilterSpec } from "./spec.ts";
import { WantedNames } from "./wanted_names.ts";

const SLASH = 0x2f;

/**
 * Makes a filter ready to be asked. Do it once in each Worker.
 *
 * @example
 * ```ts
 * import { buildFilterSpec, compileFilter } from "./mod.ts";
 *
 * const filter = compileFilter(buildFilterSpec({ maxSize: "1K", minAge: "1d" }));
 * const now = Date.now() / 1000;
 * console.log(filter.acceptsFile(1024, now - 90_000, now)); // true
 * console.log(filter.acceptsFile(1025, now - 90_000, now)); // false
 * ```
 */
export function compileFilter(spec: FilterSpec): Filter {
  return new Filter(spec);
}

/** What a {@linkcode FilterSpec} lets through. Made by {@linkcode compileFilter}. */
export class Filter {
  /** Everything is accepted: no question need be asked. */
  readonly isEmpty: boolean;
  /** There are rules or listed paths: names must be asked about. */
  readonly hasRules: boolean;
  /** There are limits of size or age: regular files must be asked about. */
  readonly hasFileLimits: boolean;
  /** Only listed paths take part, and those that do not exist are to be reported. */
  readonly hasFileList: boolean;
  readonly #rules: readonly CompiledRule[];
  readonly #files: FileList | null;
  /** The filter of every directory, if no rule and no list tells directories apart. */
  readonly #everywhere: DirectoryFilter | null;
  readonly #limits: Limits;

  /** Use {@linkcode compileFilter}. */
  constructor(spec: FilterSpec) {
    this.#rules = spec.rules.map(compileRule).filter((rule) => rule !== null);
    this.#files = spec.files ?? null;
    this.#limits = flatLimits(spec.limits);
    this.hasFileList = this.#files !== null;
    this.hasRules = this.hasFileList || this.#rules.length > 0;
    this.hasFileLimits = Object.values(spec.limits).some((limit) => limit !== undefined);
    this.isEmpty = !this.hasRules && !this.hasFileLimits;
    const isSameEverywhere = !this.hasFileList &&
      this.#rules.every((rule) => rule.place.kind === "anywhere" && rule.test.kind !== "path");
    this.#everywhere = isSameEverywhere
      ? new DirectoryFilter(this.#rules, null, new Uint8Array())
      : null;
  }

  /**
   * The filter of one directory's entries.
   *
   * @param relativePath the directory's path relative to the transfer's root, without leading or
   * trailing slash, "" for the root; it may be reused after the call
   */
  directory(relativePath: Uint8Array): DirectoryFilter {
    if (this.#everywhere !== null) return this.#everywhere;
    if (this.#files === null) {
      return new DirectoryFilter(this.#rulesIn(relativePath), null, relativePath);
    }
    const wanted = new WantedNames(
      this.#files,
      relativePath,
      (directory) => this.#rulesAcceptDirectory(directory),
    );
    return new DirectoryFilter(this.#rulesIn(relativePath), wanted, relativePath);
  }

  /**
   * Whether a regular file is within the limits of size and age. Directories, links and special
   * files are not asked about.
   *
   * @param mtimeSeconds its modification time, seconds since 1970, with fraction
   * @param nowSeconds when the run began, so that every entry is measured by one clock
   */
  acceptsFile(sizeBytes: number, mtimeSeconds: number, nowSeconds: number): boolean {
    const limits = this.#limits;
    return sizeBytes >= limits.minSizeBytes && sizeBytes <= limits.maxSizeBytes &&
      mtimeSeconds <= nowSeconds - limits.minAgeSeconds && mtimeSeconds <= limits.latest &&
      mtimeSeconds >= nowSeconds - limits.maxAgeSeconds && mtimeSeconds >= limits.earliest;
  }

  #rulesIn(directory: Uint8Array): CompiledRule[] {
    return this.#rules.filter((rule) => concerns(rule, directory));
  }

  /** What the rules say of a directory as an entry of its parent; the root is always accepted. */
  #rulesAcceptDirectory(path: Uint8Array): boolean {
    if (path.length === 0) return true;
    const nameAt = path.lastIndexOf(SLASH) + 1;
    const parent = path.subarray(0, Math.max(nameAt - 1, 0));
    return new DirectoryFilter(this.#rulesIn(parent), null, parent)
      .rulesAccept(path, nameAt, path.length - nameAt, true);
  }
}

/** Limits as numbers only, infinite where there is none, so that a file costs six comparisons. */
interface Limits {
  readonly minSizeBytes: number;
  readonly maxSizeBytes: number;
  readonly minAgeSeconds: number;
  readonly maxAgeSeconds: number;
  readonly earliest: number;
  readonly latest: number;
}

function flatLimits({ minSizeBytes, maxSizeBytes, minAge, maxAge }: FileLimits): Limits {
  return {
    minSizeBytes: minSizeBytes ?? 0,
    maxSizeBytes: maxSizeBytes ?? Infinity,
    minAgeSeconds: minAge?.kind === "age" ? minAge.seconds : -Infinity,
    maxAgeSeconds: maxAge?.kind === "age" ? maxAge.seconds : Infinity,
    earliest: maxAge?.kind === "moment" ? maxAge.epochSeconds : -Infinity,
    latest: minAge?.kind === "moment" ? minAge.epochSeconds : Infinity,
  };
}
