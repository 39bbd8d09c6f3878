import assert from "node:assert/strict";
import config from "../../../deno.json" with { type: "json" };
import { PROGRAMS, ROOT } from "../../../build/programs.ts";
import { publicApi } from "../../../build/public_api.ts";

const read = (path: string): string => Deno.readTextFileSync(new URL(path, ROOT));

Deno.test("the library's public interface is as in its golden file", async () => {
  assert.equal(await publicApi(), read("tests/golden/api.txt"));
});

Deno.test("each npm package is pinned, locked and explained in docs/dependencies.md", () => {
  assert.equal(config.lock.frozen, true);
  const lock = read("deno.lock");
  const page = read("docs/dependencies.md").replaceAll(/ +/g, " ");
  for (const [name, specifier] of Object.entries(config.imports)) {
    assert.match(specifier, /^npm:(@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+$/, `${name} is not pinned`);
    assert.ok(lock.includes(`"${specifier}"`), `${specifier} is not in deno.lock`);
    const [, version] = specifier.match(/@([\d.]+)$/) ?? [];
    assert.ok(page.includes(`| \`${name}\` | ${version} |`), `docs/dependencies.md lacks ${name}`);
  }
});

Deno.test("the tasks blit and blit-daemon may do what the compiled programs may", () => {
  const kinds = (words: readonly string[]): string[] =>
    words.filter((word) => word.startsWith("--")).map((word) => word.replace(/=.*/, "")).sort();
  for (const name of ["blit", "blit-daemon"] as const) {
    const program = PROGRAMS.find((one) => one.name === name);
    const { command } = config.tasks[name];
    assert.deepEqual(kinds(command.split(" ")), kinds(program?.permissions ?? []), name);
  }
});

Deno.test("each program's entry is an export of the package", () => {
  const entries: readonly string[] = Object.values(config.exports);
  for (const { main } of PROGRAMS) assert.ok(entries.includes(`./${main}`), main);
});

Deno.test("every message and field of the control plane is on its page, with a comment", () => {
  const page = read("docs/protocol/messages.md");
  const names = [...read("proto/blit.proto").matchAll(/^ *(?:message|enum|service|rpc) (\w+)/gm)];
  const fields = [...read("proto/blit.proto").matchAll(/^ +.*?(\w+) = \d+;$/gm)];
  assert.ok(names.length > 20 && fields.length > 80);
  for (const [, name] of names) assert.match(page, new RegExp(`^## ${name}\\b|\`${name}\``, "m"));
  const rows = [...page.matchAll(/^\| +\d+ \| `(\w+)` +\|[^|]*\| \S.*\|$/gm)];
  assert.deepEqual(rows.map(([, name]) => name), fields.map(([, name]) => name));
});

/** The pages that people wrote, with their text. */
function pages(): (readonly [path: string, text: string])[] {
  // Whoever the clone belongs to: in a container it often is another user.
  const args = ["-c", "safe.directory=*", "ls-files", "*.md"];
  const list = new Deno.Command("git", { args, cwd: ROOT }).outputSync();
  return new TextDecoder().decode(list.stdout).trim().split("\n")
    .map((path) => [path, read(path)] as const);
}

function exists(path: string, from = ""): boolean {
  try {
    Deno.statSync(new URL(path, new URL(from, ROOT)));
    return true;
  } catch {
    return false;
  }
}

Deno.test("links between the pages lead somewhere", () => {
  const broken: string[] = [];
  for (const [page, text] of pages()) {
    const prose = text.replace(/```[\s\S]*?```|`[^`\n]*`/g, "");
    for (const [, target = ""] of prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (!/^[a-z]+:/.test(target) && !exists(target, page)) broken.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

Deno.test("files that the pages name are there", () => {
  const broken: string[] = [];
  for (const [page, text] of pages()) {
    const named = /`((?:bench|build|cli|core|daemon|docs|tests|utils|wasm)\/[\w./-]*\w)`/g;
    for (const [, path = ""] of text.matchAll(named)) {
      if (!exists(path)) broken.push(`${page}: ${path}`);
    }
  }
  assert.deepEqual(broken, []);
});
