import { displayPath } from "../../core/entry/display.ts";

/** How a table is written. */
export interface TableForm {
  /** Aligned, with a heading, for a terminal; else one tab between cells and no heading. */
  readonly terminal: boolean;
  /** Words above the columns. */
  readonly heading: readonly string[];
  /** Columns whose cells stand at the right, such as numbers. */
  readonly right?: readonly number[];
}

/**
 * The lines of a small table. Cells that come from elsewhere are to be passed through
 * {@linkcode cellText} before.
 *
 * ```ts
 * import { tableLines } from "./table.ts";
 * import assert from "node:assert/strict";
 * const form = { terminal: true, heading: ["NAME", "SIZE"], right: [1] };
 * assert.deepEqual(tableLines([["a", "100"]], form), ["NAME  SIZE", "a      100"]);
 * ```
 */
export function tableLines(rows: readonly (readonly string[])[], form: TableForm): string[] {
  if (!form.terminal) return rows.map((cells) => cells.join("\t"));
  const all = [form.heading, ...rows];
  const widths = form.heading.map((_, column) =>
    Math.max(...all.map((cells) => displayWidth(cells[column] ?? "")))
  );
  return all.map((cells) =>
    cells.map((cell, column) => {
      const space = " ".repeat((widths[column] ?? 0) - displayWidth(cell));
      return form.right?.includes(column) ? space + cell : cell + space;
    }).join("  ").trimEnd()
  );
}

/** Text of somebody else as it may stand in a cell: control characters are escaped. */
export function cellText(text: string): string {
  return displayPath(new TextEncoder().encode(text.replaceAll("\0", "\u{fffd}")));
}

/** Characters that take two columns or none at a terminal (Unicode, UAX #11; roughly). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const NONE = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** How many columns a text takes at a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (character >= " " && character <= "~") width++;
    else if (!NONE.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
