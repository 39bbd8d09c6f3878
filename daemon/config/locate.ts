import { parse } from "smol-toml";
import type { Position } from "./config_error.ts";

/** The way to a value: `["module", 1, "path"]` is the path of the second module. */
export type KeyPath = readonly (string | number)[];

/** What of a key is pointed at. */
export type Part = "key" | "value";

/**
 * Where a value stands in a text that is TOML. The parser keeps no places, so it is asked: the
 * value stands where the shortest beginning of the text ends that has it. Only for errors.
 */
export function locate(text: string, path: KeyPath, part: Part): Position | undefined {
  const lines = text.split("\n");
  let [low, high] = [1, lines.length];
  if (!has(whole(lines, high), path)) return undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const known = lastWhole(lines, middle, low);
    if (known !== undefined && has(known.tables, path)) high = known.count;
    else low = middle + 1;
  }
  return inLine(lines, low, path, part);
}

/** The longest beginning that is whole, of `count` lines or fewer, but `least` or more. */
function lastWhole(
  lines: readonly string[],
  count: number,
  least: number,
): { count: number; tables: unknown } | undefined {
  for (let at = count; at >= least; at--) {
    const tables = whole(lines, at);
    if (tables !== undefined) return { count: at, tables };
  }
  return undefined;
}

/** The first lines as TOML, a list that goes on after them closed; undefined where another value goes on. */
function whole(lines: readonly string[], count: number): unknown {
  const text = lines.slice(0, count).join("\n");
  for (const end of ["", "\n]"]) {
    try {
      return parse(text + end, { integersAsBigInt: true });
    } catch {
      // Not whole in this way.
    }
  }
  return undefined;
}

function has(tables: unknown, path: KeyPath): boolean {
  let at: unknown = tables;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at !== undefined;
}

/** The value's line is the last it takes; its key may stand above. */
function inLine(
  lines: readonly string[],
  last: number,
  path: KeyPath,
  part: Part,
): Position {
  const key = path.findLast((step) => typeof step === "string");
  for (let at = last; key !== undefined && at > 0; at--) {
    const line = lines[at - 1] ?? "";
    const pattern = new RegExp(
      `(?<![\\w-])["']?${RegExp.escape(String(key))}["']?\\s*([=.\\]])\\s*`,
    );
    const match = pattern.exec(line);
    if (match === null) continue;
    const isValue = part === "value" && match[1] === "=";
    return { line: at, column: match.index + (isValue ? match[0].length : 0) + 1 };
  }
  return { line: last, column: 1 };
}
