import { escapeControls } from "../log/escape.ts";

/** A place in a text; 1 is the first line, and 1 its first character. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a configuration file. */
export interface Problem {
  /** A sentence. */
  readonly message: string;
  /** Where, if it is in one place. */
  readonly at?: Position;
}

/** How much of a long line is shown. */
const SHOWN_CHARACTERS = 76;

/** A configuration file that cannot be used; the message has a line or three for each problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(
    /** The file's path. */
    readonly file: string,
    readonly problems: readonly Problem[],
    /** What the file holds, to show the lines that are wrong; absent where nothing may be shown. */
    text?: string,
  ) {
    super(inOrder(problems).map((problem) => described(file, problem, text)).join("\n"));
  }
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((one, other) => (one.at?.line ?? 0) - (other.at?.line ?? 0));
}

function described(file: string, { message, at }: Problem, text: string | undefined): string {
  const name = escapeControls(file);
  if (at === undefined) return `${name}: ${message}`;
  const head = `${name}:${at.line}:${at.column}: ${message}`;
  const line = text?.split("\n")[at.line - 1]?.replace(/\r$/, "");
  return line === undefined ? head : `${head}\n${pointed(line, at.column)}`;
}

/** The line, or the part of it around the column, with a caret below. */
function pointed(line: string, column: number): string {
  const first = Math.max(0, column - 1 - SHOWN_CHARACTERS / 2);
  const start = line.length <= SHOWN_CHARACTERS ? 0 : first;
  const shown = (from: number, to?: number): string =>
    escapeControls(line.slice(from, to).replaceAll("\t", " "));
  const before = shown(start, column - 1);
  const all = before + shown(column - 1, start + SHOWN_CHARACTERS);
  return `    ${all}\n    ${" ".repeat(before.length)}^`;
}
