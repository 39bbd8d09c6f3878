import { wrap } from "../help/wrap.ts";
import type { Block, ManualPage } from "./page.ts";

const WIDTH = 100;
const NOTICE = "<!-- Made from cli/manual by cli/generate.ts; edit that instead. -->";

/** A page for docs/cli, as `deno fmt` would have it. */
export function markdownOf({ name, summary, sections }: ManualPage): string {
  const blocks = [
    [NOTICE],
    [`# ${name}`],
    [`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`],
    ...sections.flatMap(({ heading, blocks }) => [[`## ${heading}`], ...blocksOf(blocks)]),
  ];
  return blocks.map((lines) => lines.join("\n")).join("\n\n") + "\n";
}

/** The blocks of a section as blocks of lines. */
export function blocksOf(blocks: readonly Block[]): string[][] {
  return blocks.map((block) => {
    switch (block.kind) {
      case "paragraph":
        return wrap(block.text, WIDTH);
      case "heading":
        return [`### ${block.text}`];
      case "usage":
      case "code":
        return ["```", ...block.lines, "```"];
      case "terms":
        return block.items.flatMap(({ term, text }) =>
          wrap(`\`${term}\`: ${text}`, WIDTH - 2).map((line, index) =>
            (index === 0 ? "- " : "  ") + line
          )
        );
    }
  });
}
