import assert from "node:assert/strict";
import { contextsOf, SHELLS } from "../../../cli/completions/grammar.ts";
import { completionScript } from "../../../cli/completions/script.ts";
import { BLIT, BLIT_DAEMON, BLIT_UTILS, optionsFor } from "../../../cli/table/mod.ts";

const PROGRAMS = [BLIT, BLIT_UTILS, BLIT_DAEMON];

for (const shell of SHELLS) {
  Deno.test(`the script for ${shell} has every verb and option that is not hidden`, () => {
    const script = completionScript(shell);
    assert.doesNotMatch(script, /@[A-Z_]+@/);
    for (const program of PROGRAMS) {
      assert.match(script, new RegExp(`\\b${program.name}\\b`));
      for (const verb of program.verbs) assert.match(script, new RegExp(`\\b${verb.name}\\b`));
      for (const holder of [program, ...program.verbs]) {
        for (const { name, hidden } of optionsFor(holder)) {
          // fish has names of options without dashes.
          const form = shell === "fish" ? `-l ${name}` : `--${name}`;
          assert.equal(new RegExp(`${form}(?![\\w-])`).test(script), hidden !== true, form);
        }
      }
    }
  });
}

Deno.test("an option that takes a value says what it may be", () => {
  const contexts = PROGRAMS.flatMap(contextsOf);
  const ls = contexts.find(({ program, verb }) => program === "blit-utils" && verb === "ls");
  const sort = ls?.options.find(({ long }) => long === "--sort")?.value?.source;
  assert.ok(sort?.kind === "words");
  assert.deepEqual(sort.words.map(({ word }) => word), ["name", "size", "time", "none"]);
  const copy = contexts.find(({ program, verb }) => program === "blit" && verb === "copy");
  assert.deepEqual(copy?.operands.source, { kind: "endpoint" });
  const backup = copy?.options.find(({ long }) => long === "--backup-dir");
  assert.deepEqual(backup?.value?.source, { kind: "directory" });
  assert.equal(copy?.options.find(({ long }) => long === "--dry-run")?.value, undefined);
});

/** PowerShell runs on few build machines: its brackets and quotes are looked at, no more. */
Deno.test("the script for powershell closes what it opens", () => {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
  let quote = "";
  for (const line of completionScript("powershell").split("\n")) {
    for (const character of line) {
      if (quote !== "") {
        if (character === quote) quote = "";
      } else if (character === "#") break;
      else if (character === "'" || character === '"') quote = character;
      else if ("([{".includes(character)) open.push(character);
      else if (character in pairs) assert.equal(open.pop(), pairs[character], line);
    }
    assert.equal(quote, "", line);
  }
  assert.deepEqual(open, []);
});
