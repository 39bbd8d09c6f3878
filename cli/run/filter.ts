import type { FilterOptions, FilterRuleSource } from "../../core/filter/mod.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { isStdin, readStdin, readWholeFile } from "../input/read_file.ts";
import { reasonOf } from "../output/reason.ts";
import { textOf } from "./text.ts";

const LIMITS = {
  "min-size": "minSize",
  "max-size": "maxSize",
  "min-age": "minAge",
  "max-age": "maxAge",
} as const;

/**
 * The library's filter for what was given on the command line, with the files of rules and paths
 * read. Whether patterns, sizes and ages make sense is the engine's to say.
 *
 * @throws {UsageError} for files that cannot be read
 */
export async function filterOptions(invocation: Invocation): Promise<FilterOptions> {
  const lists = new ListReader(invocation.verb?.name);
  const rules: FilterRuleSource[] = [];
  const limits: { -readonly [Key in (typeof LIMITS)[keyof typeof LIMITS]]?: string } = {};
  for (const { option: { name }, value } of invocation.given) {
    if (name === "exclude" || name === "include") rules.push({ kind: name, pattern: value });
    else if (name === "exclude-from") rules.push({ kind: name, ...await lists.read(value, name) });
    else if (name in LIMITS) limits[LIMITS[name as keyof typeof LIMITS]] = textOf(value, name);
  }
  const list = invocation.value("files-from");
  if (list === undefined) return { rules, ...limits };
  const nullTerminated = invocation.has("null");
  const filesFrom = { ...await lists.read(list, "files-from"), nullTerminated };
  return { rules, filesFrom, ...limits };
}

/** Reads whole files, standard input at most once. */
class ListReader {
  #stdinOption: string | undefined;

  constructor(readonly verb: string | undefined) {}

  async read(path: Argument, option: string): Promise<{ name: string; content: Uint8Array }> {
    const name = textOf(path, option);
    if (isStdin(name)) this.#claimStdin(option);
    try {
      return { name, content: await (isStdin(name) ? readStdin() : readWholeFile(name)) };
    } catch (error) {
      const path = JSON.stringify(name);
      throw new UsageError(`Cannot read --${option} ${path}: ${reasonOf(error)}`, this.verb);
    }
  }

  #claimStdin(option: string): void {
    if (this.#stdinOption !== undefined) {
      throw new UsageError(
        `--${option} and --${this.#stdinOption} cannot both read standard input.`,
        this.verb,
      );
    }
    this.#stdinOption = option;
  }
}
