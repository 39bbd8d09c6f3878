import assert from "node:assert/strict";
import { stalePages } from "../../../cli/generate.ts";
import { CONFIG_TERMS, EXAMPLE_CONFIG } from "../../../cli/manual/daemon_config.ts";
import { manualPages } from "../../../cli/manual/pages.ts";
import { BLIT, BLIT_DAEMON, BLIT_UTILS, OPTIONS } from "../../../cli/table/mod.ts";
import { parseConfig } from "../../../daemon/config/mod.ts";
import { CONFIG_KEYS } from "../../../daemon/config/schema.ts";
import { command, requires } from "../../support/mod.ts";

const FOLDER = new URL("../../../packaging/man/", import.meta.url);
const PROGRAMS = [BLIT, BLIT_UTILS, BLIT_DAEMON];
const PAGES = [...manualPages(PROGRAMS).keys()];

const inMan = async (page: string, ...options: string[]) => {
  requires("man", "groff");
  const path = new URL(page, FOLDER).pathname;
  const env = { MANWIDTH: "100", MAN_KEEP_FORMATTING: "", GROFF_NO_SGR: "1" };
  return await command("man", ["--warnings", "-l", ...options, path], { env });
};

Deno.test("the manual pages and docs/cli are up to date with the table", () => {
  assert.deepEqual(stalePages(), []);
});

Deno.test("there is a page for each program and one for the configuration", () => {
  assert.deepEqual(PAGES, ["blit.1", "blit-utils.1", "blit-daemon.1", "blit-daemon.toml.5"]);
});

for (const page of PAGES) {
  Deno.test(`man has nothing to warn of in ${page}`, async () => {
    const { code, stderr } = await inMan(page, "-Z");
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  });
}

for (const program of PROGRAMS) {
  Deno.test(`man shows every verb, option and example of ${program.name}`, async () => {
    const { stdout } = await inMan(`${program.name}.1`);
    const text = stdout.replaceAll(/\s+/g, " ");
    const holders = [program, ...program.verbs];
    for (const { name } of program.verbs) assert.ok(text.includes(`${program.name} ${name}`), name);
    for (const { examples } of holders) {
      for (const { command } of examples) {
        assert.ok(text.includes(command.replaceAll(/\s+/g, " ")), command);
      }
    }
    const names = new Set(holders.flatMap(({ options }) => options ?? []));
    const own = program.verbs.flatMap((verb) => verb.own ?? []);
    for (const option of [...OPTIONS.filter(({ name }) => names.has(name)), ...own]) {
      assert.equal(text.includes(`--${option.name}`), !option.hidden, option.name);
    }
  });
}

Deno.test("the page of the configuration has every key that the daemon knows", async () => {
  const { stdout } = await inMan("blit-daemon.toml.5");
  for (const table of ["daemon", "module"] as const) {
    assert.deepEqual(CONFIG_TERMS[table].map(({ term }) => term), CONFIG_KEYS[table]);
    for (const { term } of CONFIG_TERMS[table]) {
      assert.match(stdout, new RegExp(`^ +${term}\\b`, "m"));
    }
  }
});

Deno.test("the daemon understands the example on that page, which has every key", () => {
  const { daemon, modules } = parseConfig("example.toml", EXAMPLE_CONFIG.join("\n"));
  assert.deepEqual(Object.keys(daemon).sort(), [...CONFIG_KEYS["daemon"] ?? []].sort());
  const keys = new Set(modules.flatMap((module) => Object.keys(module)));
  assert.deepEqual([...keys].sort(), [...CONFIG_KEYS["module"] ?? []].sort());
});
