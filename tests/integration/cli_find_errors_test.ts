import assert from "node:assert/strict";
import { bash, blitCommand, flatTree, plant } from "../support/mod.ts";
import { inShell, utilsWords } from "./cli_shell.ts";
import { objectsOf, onScene, sorted } from "./looking_scene.ts";

onScene("find says what is wrong, with the right exit code", async (scene) => {
  const { views, daemon, tree, utils } = scene;
  await plant(tree, { "a": "a" });
  for (const view of views) {
    const cases: [string[], number, RegExp][] = [
      [[view.at("none")], 1, /^blit-utils: .*none.*\n$/],
      [[view.at(), "--regex", "a(b"], 64, /"a\(b" is broken at character 2/],
      [[view.at(), "--min-size", "much"], 64, /"much" is not a size/],
      [[view.at(), "--max-age", "old"], 64, /"old" is neither an age nor a date/],
      [[view.at(), "--type", "x"], 64, /"x" is not a list of types/],
      [[view.at(), "--limit", "-1"], 64, /"-1" is not a whole number/],
      [[view.at(), "-d", "99999999999999999999"], 64, /from 0 to 9007199254740991\./],
    ];
    await Promise.all(cases.map(async ([args, code, sentence]) => {
      const output = await utils("find", ...args);
      assert.equal(output.code, code, `${args}: ${output.stderr}`);
      assert.match(output.stderr, sentence);
      assert.equal(output.stdout, "");
    }));
    const [error] = objectsOf(await utils("find", view.at("none"), "--json"));
    assert.deepEqual([error?.type, error?.exit_code], ["error", 1]);
  }
  const missing = await utils("find", daemon.module("none"));
  assert.deepEqual([missing.code, /"none"/.test(missing.stderr)], [1, true], missing.stderr);
});

onScene("a directory that cannot be read is told, and the rest is found", async (scene) => {
  const { ground, tree } = scene;
  await plant(tree, { "a/x": "", "locked/y": "", "z/x": "" });
  await bash(`chmod 0000 "$1/locked"; chmod 0777 "$2"`, [tree, ground.path]);
  const options = { program: "blit-utils", asNobody: true } as const;
  const found = await ground.blitWith(options, "find", tree);
  assert.equal(found.code, 2, found.stderr);
  assert.deepEqual(sorted(found.stdout, "\n"), [".", "a", "a/x", "locked", "z", "z/x"]);
  assert.match(found.stderr, /^blit-utils: .*locked.*: permission denied\.\n$/);
  const output = await ground.blitWith(options, "find", tree, "--json");
  const objects = objectsOf(output);
  const failure = objects.find(({ type }) => type === "failure");
  assert.deepEqual([failure?.code, failure?.path], ["EACCES", `${tree}/locked`]);
  assert.deepEqual([objects.at(-1)?.failures, objects.at(-1)?.exit_code], [1, 2]);
}, { needs: ["nobody"] });

onScene("a reader that has seen enough ends find at once and without a word", async (scene) => {
  const { ground, tree, views } = scene;
  await bash(
    `cd "$1"; for d in $(seq 100); do mkdir $d; (cd $d; seq -f 'file-of-some-length-%g' 300 | xargs touch); done`,
    [tree],
  );
  for (const view of views) {
    const words = utilsWords("find", view.at());
    const output = await inShell(ground, `${words} | head -n 1; echo "\${PIPESTATUS[0]}"`);
    assert.deepEqual([output.stdout, output.stderr], [".\n1\n", ""], view.name);
  }
});

onScene("a daemon that goes away in the middle is told, and find ends with 1", async (scene) => {
  const { ground, tree, daemon } = scene;
  // More than pipes and windows hold, so that it cannot be over before the daemon is gone.
  await flatTree(tree, 60_000, 0);
  const { program, args, env } = blitCommand(["find", daemon.module("tree"), "--json"], {
    program: "blit-utils",
  });
  await using child = new Deno.Command(program, {
    args,
    cwd: ground.path,
    env: { ...env, ...ground.backend.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = child.stderr.text();
  const reader = child.stdout.getReader();
  await reader.read();
  await daemon.kill();
  const decoder = new TextDecoder();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    rest = (rest + decoder.decode(part.value)).slice(-1000);
  }
  assert.equal((await child.status).code, 1);
  assert.match(
    await said,
    new RegExp(`^blit-utils: [^\n]*"${RegExp.escape(daemon.host)}"[^\n]*\n$`),
  );
  const last = JSON.parse(rest.trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual([last.type, last.exit_code], ["error", 1]);
});
