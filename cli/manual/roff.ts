import { VERSION } from "../../core/version.ts";
import { escapeRoff } from "./escape_roff.ts";
import type { Block, ManualPage } from "./page.ts";

const NOTICE = '.\\" Made from cli/table and cli/manual by cli/generate.ts; edit those instead.';

/** Headings that readers of manual pages look for under another name (man-pages(7)). */
const CUSTOMARY: Readonly<Record<string, string>> = { "Exit codes": "EXIT STATUS" };

/** A page in the macros of man(7), which groff and mandoc know. */
export function roffOf({ name, chapter, summary, sections }: ManualPage): string {
  const title = escapeRoff(name.toUpperCase());
  const lines = [
    NOTICE,
    // Without a date: the same sources give the same page on every day.
    `.TH "${title}" ${chapter} "" "blit ${VERSION}" "blit manual"`,
    // No hyphens, so that options and paths stay whole: for now, and after the next macro too.
    ".nh",
    ".nr HY 0",
    ".ad l",
    ".SH NAME",
    `${escapeRoff(name)} \\- ${escapeRoff(summary)}`,
    ...sections.flatMap(({ heading, blocks }) => [
      `.SH "${escapeRoff(CUSTOMARY[heading] ?? heading.toUpperCase())}"`,
      ...blocks.flatMap((block, index) => {
        const lines = blockLines(block);
        // A heading begins a paragraph of its own.
        const follows = index === 0 || blocks[index - 1]?.kind === "heading";
        return follows && lines[0] === ".PP" ? lines.slice(1) : lines;
      }),
    ]),
  ];
  return lines.join("\n") + "\n";
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case "paragraph":
      return [".PP", ...prose(block.text)];
    case "heading":
      return [`.SS "${escapeRoff(block.text)}"`];
    case "usage":
      return [".PP", block.lines.map(literal).join("\n.br\n")];
    case "code":
      return [".PP", ".RS 4", ".EX", ...block.lines.map(escapeRoff), ".EE", ".RE"];
    case "terms":
      return block.items.flatMap(({ term, text }) => [".TP", literal(term), ...prose(text)]);
  }
}

/** A sentence a line, so that roff knows where sentences end (man-pages(7), "semantic newlines"). */
function prose(text: string): string[] {
  return text.split(/(?<=[.!?]) (?=[A-Z"`-])/).map(styled);
}

/** Options and what stands in backquotes in bold. */
function styled(sentence: string): string {
  return sentence.split(/(`[^`]+`|(?<![\w-])--?[a-zA-Z0-9][\w-]*)/).map((part, index) => {
    if (index % 2 === 0) return index === 0 ? escapeRoff(part) : inner(part);
    return bold(part.replace(/^`(.*)`$/, "$1"));
  }).join("");
}

/** What is typed in bold, what stands for something in italics: `-n, --limit N`. */
function literal(text: string): string {
  return text.split(/(\[OPTION\]|\b[A-Z][A-Z-]*\b(?!:)|\.\.\.|[[\]|,] ?| )/).map((part, index) => {
    if (part === "") return "";
    if (index % 2 === 0) return bold(part);
    return /^[A-Z]/.test(part) ? `\\fI${inner(part)}\\fR` : inner(part);
  }).join("");
}

function bold(text: string): string {
  return `\\fB${inner(text)}\\fR`;
}

/** Escaped for the middle of a line, where a dot means nothing. */
function inner(text: string): string {
  return escapeRoff(text).replace(/^\\&/, "");
}
