import assert from "node:assert/strict";
import * as fc from "fast-check";
import { escapeRoff } from "../../../cli/manual/escape_roff.ts";
import { roffOf } from "../../../cli/manual/roff.ts";
import { requires, run } from "../../support/mod.ts";

/** A text as man(1) shows it: groff gets each in a line of its own and must not say a word. */
async function shown(roff: string): Promise<string> {
  requires("groff");
  const file = await Deno.makeTempFile({ prefix: "blit-roff-", suffix: ".1" });
  try {
    await Deno.writeTextFile(file, roff);
    return await run("bash", [
      "-c",
      // What groff warns of is a failure; -c: no colours, -P-c -P-b -P-u: no overstriking either.
      'said=$(groff -ww -man -Tutf8 -rLL=1000n -P-c -P-b -P-u "$1" 2>&1 1>"$1.out") || exit 1; ' +
      '[[ -z $said ]] || { echo "$said" >&2; exit 1; }; cat "$1.out"',
      "bash",
      file,
    ]);
  } finally {
    await Deno.remove(file);
    await Deno.remove(`${file}.out`).catch(() => {});
  }
}

/** Words with what means something to roff, to a shell or to a terminal in them. */
const word = fc.oneof(
  fc.string({ unit: "grapheme-ascii", maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(
      ".",
      "'",
      '"',
      "\\",
      "-",
      "`",
      "^",
      "~",
      "\\f",
      "B",
      "(",
      "[",
      "*",
      " ",
      "ü",
    ),
    maxLength: 20,
  }),
  fc.constantFrom(
    ".SH x",
    "'br",
    ".",
    "..",
    "\\",
    "\\e",
    '\\"',
    "--exclude '*.o'",
    "-",
    "\\fBx",
    "…",
  ),
).map((text) => text.trim()).filter((text) => text !== "");

Deno.test("whatever a text holds, groff shows just that", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 50, maxLength: 100 }), async (texts) => {
      const lines = ['.TH "T" 1 "" "x" "y"', ".EX", ...texts.map((text) => `=${escapeRoff(text)}`)];
      const page = await shown(`${lines.join("\n")}\n${texts.map(escapeRoff).join("\n")}\n.EE\n`);
      const found = page.split("\n").map((line) => line.trim()).filter((line) => line !== "");
      // The first and the last line are the page's head and foot.
      assert.deepEqual(found.slice(1, -1), [...texts.map((text) => `=${text}`), ...texts]);
    }),
    { numRuns: 10 },
  );
});

Deno.test("whatever a page says, groff has nothing to warn of, and all words are there", async () => {
  const blocks = fc.array(
    fc.oneof(
      word.map((text) => ({ kind: "paragraph" as const, text })),
      word.map((text) => ({ kind: "heading" as const, text })),
      fc.array(word).map((lines) => ({ kind: "code" as const, lines })),
      fc.array(word, { minLength: 1 }).map((lines) => ({ kind: "usage" as const, lines })),
      fc.array(fc.record({ term: word, text: word }), { minLength: 1 })
        .map((items) => ({ kind: "terms" as const, items })),
    ),
    { maxLength: 30 },
  );
  const letters = (text: string): string => text.replace(/[\s`]/g, "");
  await fc.assert(
    fc.asyncProperty(blocks, async (blocks) => {
      const page = {
        name: "x",
        chapter: 1 as const,
        summary: "y",
        sections: [{ heading: "S", blocks }],
      };
      const texts = blocks.flatMap((block) => {
        if (block.kind === "terms") return block.items.flatMap(({ term, text }) => [term, text]);
        return "lines" in block ? block.lines : [block.text];
      });
      // A formatter may break lines and pages, but not swallow a letter.
      assert.ok(letters(await shown(roffOf(page))).includes(letters(texts.join(""))));
    }),
    { numRuns: 20 },
  );
});
