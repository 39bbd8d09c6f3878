import assert from "node:assert/strict";
import { stalePages } from "../../../cli/generate.ts";
import { programHelp, verbHelp } from "../../../cli/help/text.ts";
import { BLIT, BLIT_DAEMON, BLIT_UTILS } from "../../../cli/table/mod.ts";
import { VERSION } from "../../../core/version.ts";
import config from "../../../deno.json" with { type: "json" };

const FOLDER = new URL("../../golden/help/", import.meta.url);
const UPDATE = Deno.env.get("BLIT_UPDATE_GOLDEN") === "1";

function compare(name: string, text: string): void {
  const file = new URL(`${name}.txt`, FOLDER);
  if (UPDATE) Deno.writeTextFileSync(file, text + "\n");
  assert.equal(text + "\n", Deno.readTextFileSync(file));
  for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
}

for (const program of [BLIT, BLIT_UTILS, BLIT_DAEMON]) {
  Deno.test(`${program.name} --help is as in its golden file`, () => {
    compare(program.name, programHelp(program));
  });
  for (const verb of program.verbs) {
    Deno.test(`${program.name} ${verb.name} --help is as in its golden file`, () => {
      compare(`${program.name}-${verb.name}`, verbHelp(program, verb));
    });
  }
}

Deno.test("every verb has examples and says what its exit codes mean", () => {
  for (const verb of BLIT.verbs) {
    assert.ok(verb.examples.length > 0, verb.name);
    assert.ok(verb.exitCodes.some(({ code }) => code === 64), verb.name);
  }
});

Deno.test("hidden options are in no help", () => {
  for (const verb of BLIT.verbs) assert.doesNotMatch(verbHelp(BLIT, verb), /--workers/);
});

Deno.test("docs/cli is up to date with the table", () => {
  assert.deepEqual(stalePages(), []);
});

Deno.test("the version is that of deno.json", () => {
  assert.equal(VERSION, config.version);
});
