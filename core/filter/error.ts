/** What was wrong with a filter, as a word that never changes. */
export type FilterErrorCode =
  | "empty-pattern"
  | "nul-in-pattern"
  | "parent-in-path"
  | "bad-size"
  | "bad-age"
  | "empty-range";

/**
 * A filter that cannot be understood. The message is a sentence that names the value and the
 * place it came from.
 *
 * @example
 * ```ts
 * import { buildFilterSpec, FilterError } from "./mod.ts";
 *
 * try {
 *   buildFilterSpec({ minSize: "12 apples" });
 * } catch (error) {
 *   if (error instanceof FilterError) console.log(error.code); // "bad-size"
 * }
 * ```
 */
export class FilterError extends Error {
  /** The kind of fault, stable across versions. */
  readonly code: FilterErrorCode;

  /** An error of the given kind; `sentence` is what people read. */
  constructor(code: FilterErrorCode, sentence: string) {
    super(sentence);
    this.name = "FilterError";
    this.code = code;
  }
}

/** A value in double quotes, control characters escaped, fit for a terminal. */
export function quote(value: string | Uint8Array): string {
  return JSON.stringify(typeof value === "string" ? value : new TextDecoder().decode(value));
}
