import type { FindOptions } from "../../core/listing/types.ts";
import type { KindWord } from "../../core/entry/kind.ts";
import { parseAge, parseSize } from "../../core/filter/limits.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { textOf } from "../run/text.ts";
import { wholeNumber } from "./form.ts";

const KINDS: Readonly<Record<string, KindWord>> = {
  f: "file",
  d: "directory",
  l: "symlink",
  p: "fifo",
  s: "socket",
  b: "block device",
  c: "character device",
};

/**
 * The library's options for what `find` was given.
 *
 * @throws {UsageError} for sizes, ages, numbers and kinds that are none
 */
export function findOptions(invocation: Invocation): FindOptions {
  const names = values(invocation, "name");
  const paths = values(invocation, "path");
  const regex = invocation.value("regex");
  const kinds = kindsOf(invocation);
  const limits = {
    minSize: limit(invocation, "min-size", parseSize),
    maxSize: limit(invocation, "max-size", parseSize),
    minAge: limit(invocation, "min-age", ageSeconds),
    maxAge: limit(invocation, "max-age", ageSeconds),
    maxDepth: wholeNumber(invocation, "max-depth"),
    limit: wholeNumber(invocation, "limit"),
  };
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return {
    ...(names.length > 0 && { names }),
    ...(paths.length > 0 && { paths }),
    ...(regex !== undefined && { regex: textOf(regex, "regex") }),
    ...(kinds !== undefined && { kinds }),
    ...(invocation.has("ignore-case") && { ignoreCase: true }),
    ...Object.fromEntries(given),
  };
}

function values(invocation: Invocation, option: string): Argument[] {
  return invocation.given.filter((given) => given.option.name === option)
    .map(({ value }) => value);
}

function kindsOf(invocation: Invocation): KindWord[] | undefined {
  const lists = values(invocation, "type").map((value) => textOf(value, "type"));
  if (lists.length === 0) return undefined;
  return lists.join(",").split(",").map((letter) => {
    const kind = KINDS[letter];
    if (kind !== undefined) return kind;
    throw new UsageError(
      `--type ${JSON.stringify(lists.join(","))} is not a list of types: give letters of ` +
        "f, d, l, p, s, b and c with commas between them.",
      invocation.verb?.name,
    );
  });
}

function limit(
  invocation: Invocation,
  option: string,
  parse: (text: string, option: string) => number,
): number | undefined {
  const value = invocation.value(option);
  if (value === undefined) return undefined;
  try {
    return parse(textOf(value, option), `--${option}`);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "FilterError") throw error;
    throw new UsageError(error.message, invocation.verb?.name);
  }
}

function ageSeconds(text: string, option: string): number {
  const age = parseAge(text, option);
  return age.kind === "age" ? age.seconds : Date.now() / 1000 - age.epochSeconds;
}
