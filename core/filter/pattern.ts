// What can be decided for a whole directory is decided there; an entry costs a name's comparison.

import { compileGlob, DEEP_STAR, type Glob, isWildcard, literalGlob } from "./glob.ts";
import { matchGlob, sliceGlob, STAR } from "./glob.ts";
import type { FilterRule } from "./spec.ts";

const STAR_BYTE = 0x2a, SLASH = 0x2f;

/** Which directories a rule concerns. */
type Place =
  /** Every directory. */
  | { readonly kind: "anywhere" }
  /** The transfer's root. */
  | { readonly kind: "root" }
  /** The directories beneath the root whose whole path matches. */
  | { readonly kind: "anchored"; readonly directory: Glob }
  /** The directories whose last `components` components match. */
  | { readonly kind: "tail"; readonly directory: Glob; readonly components: number };

/** What an entry's name is compared with. */
export type NameTest =
  | { readonly kind: "any" }
  | { readonly kind: "equal" | "prefix" | "suffix"; readonly bytes: Uint8Array }
  | { readonly kind: "glob"; readonly glob: Glob }
  /** A pattern with `**`, compared with the path of the entry. */
  | {
    readonly kind: "path";
    readonly glob: Glob;
    /** The path is taken with a slash before it, so that a leading double star and slash match. */
    readonly leadingSlash: boolean;
    /** A directory's path is taken with a slash after it, so that `dir` matches `dir/***`. */
    readonly trailingSlash: boolean;
    /** The match may begin after any slash, not only at the path's start. */
    readonly anyStart: boolean;
  };

/** A rule ready to be asked. */
export interface CompiledRule {
  readonly includes: boolean;
  readonly directoriesOnly: boolean;
  readonly place: Place;
  readonly test: NameTest;
}

/**
 * Compiles one rule. The meaning of patterns is rsync's (rsync(1), "Pattern matching rules", and
 * `rule_matches` in its exclude.c).
 *
 * @returns null for a pattern that can match nothing
 */
export function compileRule(rule: FilterRule): CompiledRule | null {
  const written = rule.pattern;
  const directoriesOnly = written.length > 1 && written.at(-1) === SLASH;
  const pattern = directoriesOnly ? written.subarray(0, -1) : written;
  const isWild = pattern.some(isWildcard);
  const where = isWild && doubleStarIndex(pattern) >= 0
    ? placeDeepPattern(pattern)
    : placePattern(pattern, isWild);
  return where && { includes: rule.includes, directoriesOnly, ...where };
}

type PlacedTest = Pick<CompiledRule, "place" | "test">;

/** A pattern without `**`: each of its slashes is one of the path's, so it splits at the last. */
function placePattern(pattern: Uint8Array, isWild: boolean): PlacedTest | null {
  const isAnchored = pattern[0] === SLASH;
  const body = isAnchored ? pattern.subarray(1) : pattern;
  const glob = isWild ? compileGlob(body) : literalGlob(body);
  if (glob === null) return null;
  const slashes = count(glob.ops, SLASH);
  // rsync counts the slashes as written. One inside a class can match no slash, so that the
  // pattern, which must match as many components as it has slashes, matches none.
  if (!isAnchored && slashes !== count(body, SLASH)) return null;
  return split(glob, isAnchored, slashes);
}

function split(glob: Glob, isAnchored: boolean, slashes: number): PlacedTest | null {
  const slash = glob.ops.lastIndexOf(SLASH);
  const test = nameTest(sliceGlob(glob, slash + 1));
  // Paths have neither a leading slash nor an empty component.
  if (test === null || slash === 0) return null;
  if (slashes === 0) return { place: { kind: isAnchored ? "root" : "anywhere" }, test };
  const directory = sliceGlob(glob, 0, slash);
  if (isAnchored) return { place: { kind: "anchored", directory }, test };
  return { place: { kind: "tail", directory, components: slashes }, test };
}

function placeDeepPattern(pattern: Uint8Array): PlacedTest | null {
  const isAnchored = pattern[0] === SLASH;
  const isDeepFirst = doubleStarIndex(pattern) === 0;
  const rest = isDeepFirst ? afterLeadingStars(pattern) : null;
  if (rest !== null) {
    // `**/rest` is `rest` in any directory, which is cheaper to ask.
    const glob = compileGlob(rest);
    return glob && split(glob, false, count(glob.ops, SLASH));
  }
  const glob = compileGlob(isAnchored ? pattern.subarray(1) : pattern);
  if (glob === null) return null;
  const test: NameTest = {
    kind: "path",
    glob,
    leadingSlash: isDeepFirst,
    trailingSlash: pattern.subarray(-3).every((byte) => byte === STAR_BYTE) && pattern.length >= 3,
    anyStart: !isAnchored && !isDeepFirst,
  };
  return { place: { kind: "anywhere" }, test };
}

/** What follows a pattern's leading stars and slash, if there is such and it has no `**`. */
function afterLeadingStars(pattern: Uint8Array): Uint8Array | null {
  const end = pattern.findIndex((byte) => byte !== STAR_BYTE);
  if (end < 0 || pattern[end] !== SLASH) return null;
  const rest = pattern.subarray(end + 1);
  return rest.length === 0 || doubleStarIndex(rest) >= 0 ? null : rest;
}

function doubleStarIndex(pattern: Uint8Array): number {
  return pattern.findIndex((byte, at) => byte === STAR_BYTE && pattern[at + 1] === STAR_BYTE);
}

function nameTest(glob: Glob): NameTest | null {
  const { ops } = glob;
  const isByte = (op: number) => op < 256;
  if (ops.length === 0) return null;
  if (ops.every(isByte)) return { kind: "equal", bytes: Uint8Array.from(ops) };
  if (ops.length === 1 && (ops[0] === STAR || ops[0] === DEEP_STAR)) return { kind: "any" };
  const head = ops.subarray(0, -1);
  const tail = ops.subarray(1);
  if (ops[0] === STAR && tail.every(isByte)) {
    return { kind: "suffix", bytes: Uint8Array.from(tail) };
  }
  if (ops.at(-1) === STAR && head.every(isByte)) {
    return { kind: "prefix", bytes: Uint8Array.from(head) };
  }
  return { kind: "glob", glob };
}

function count(values: Uint8Array | Uint16Array, wanted: number): number {
  let found = 0;
  for (const value of values) if (value === wanted) found++;
  return found;
}

/** Whether a rule can concern an entry of the directory with this path ("" for the root). */
export function concerns(rule: CompiledRule, directory: Uint8Array): boolean {
  const { place } = rule;
  if (place.kind === "anywhere") return true;
  // A `*` would match the root's empty path, but the root has no name for it to match.
  if (directory.length === 0 || place.kind === "root") {
    return directory.length === 0 && place.kind === "root";
  }
  if (place.kind === "anchored") return matchGlob(place.directory, directory, 0, directory.length);
  const start = tailStart(directory, place.components);
  return start >= 0 && matchGlob(place.directory, directory, start, directory.length);
}

/** Where the last `components` components of a path start, or -1 if it has fewer. */
function tailStart(path: Uint8Array, components: number): number {
  for (let at = path.length - 1; at >= 0; at--) {
    if (path[at] === SLASH && --components === 0) return at + 1;
  }
  return components === 1 ? 0 : -1;
}
