import assert from "node:assert/strict";
import { type Schema, Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/manifest.schema.json" with { type: "json" };
import {
  assertCode,
  assertSentence,
  bash,
  blitCommand,
  oddTree,
  onGround,
  onRemote,
  OWN_BACKEND,
  plant,
  requires,
  run,
  startDaemon,
  summaryOf,
} from "../support/mod.ts";

const LOCAL = { onlyLocal: true } as const;
const validator = new Validator(schema as Schema, "2020-12");

function lines(stdout: string): string[] {
  return stdout.trimEnd().split("\n").slice(0, -1).sort();
}

onGround("a tree is as its manifest says, and what is edited is found", async (g) => {
  await oddTree(g.source, g.backend.features);
  await plant(g.source, { "edited": "old", "gone": "gone", "mode": "mode" });
  assertCode(await g.blit("check", "--write-manifest", "m.json", "source"), 0);
  for (const line of (await Deno.readTextFile(`${g.path}/m.json`)).trimEnd().split("\n")) {
    const { valid, errors } = validator.validate(JSON.parse(line));
    assert.ok(valid, JSON.stringify({ line, errors }, null, 1));
  }
  const same = await g.blit("check", "-c", "--manifest", "m.json", "source");
  assertCode(same, 0);
  assert.match(same.stdout, /^No difference/);
  await bash(
    `cd "$1"; cp -p edited keep; printf new > edited; touch -r keep edited; rm keep gone
chmod 600 mode; echo new > added; touch -d @1000 .`,
    [g.source],
  );
  const quick = await g.blit("check", "--manifest", "m.json", "source");
  assertCode(quick, 3);
  assert.deepEqual(lines(quick.stdout), ["extra     added", "metadata  mode", "missing   gone"]);
  const whole = await g.blit("check", "-c", "--manifest", "m.json", "source");
  assert.ok(lines(whole.stdout).includes("different edited"), whole.stdout);
}, LOCAL);

onGround("a device of other numbers is different, here and behind a daemon", async (g) => {
  const make = (numbers: string) =>
    bash(
      `mkdir -p "$1"; cd "$1"; rm -f n b
mknod n c ${numbers}; mknod b b ${numbers}; touch -d @1000 n b .`,
      [g.source],
    );
  await make("1 3");
  await using daemon = await startDaemon({ root: g.path });
  const trees = ["source", daemon.endpoint("source")];
  for (const [at, tree] of trees.entries()) {
    assertCode(await g.blit("check", "--write-manifest", `m${at}`, tree), 0);
  }
  for (const numbers of ["1 8", "2 3"]) {
    await make("1 3");
    for (const [at, tree] of trees.entries()) {
      assertCode(await g.blit("check", "-c", "--manifest", `m${at}`, tree), 0);
    }
    await make(numbers);
    for (const [at, tree] of trees.entries()) {
      const found = await g.blit("check", "-c", "--manifest", `m${at}`, tree);
      assertCode(found, 3);
      assert.deepEqual(lines(found.stdout), ["different b", "different n"]);
    }
  }
}, { ...LOCAL, only: "linux", needs: ["devices"] });

onGround("a manifest that lies in its tree is no part of it", async (g) => {
  await plant(g.source, { "f": "f" });
  const inTree = { cwd: g.source };
  assertCode(await g.blitWith(inTree, "check", "--write-manifest", "m.json", "."), 0);
  assertCode(await g.blitWith(inTree, "check", "--write-manifest", "m.json", "."), 0);
  const found = await g.blitWith(inTree, "check", "-c", "--manifest", "./m.json", ".");
  assertCode(found, 0);
  assert.match(found.stdout, /1 entry compared/);
}, { ...LOCAL, only: "linux" });

onGround("an interrupted check says that it begins anew, and leaves the manifest", async (g) => {
  await plant(g.source, { "a": "a" });
  await plant(g.path, { "m.json": "old" });
  // Long to read, and no room taken.
  await bash('truncate -s 1T "$1/large"', [g.source]);
  const words = ["check", "--write-manifest", "m.json", "source"];
  const { program, args, env } = blitCommand(words, { env: g.backend.env });
  const options = { args, env, cwd: g.path, stdout: "null", stderr: "piped" } as const;
  const child = new Deno.Command(program, options).spawn();
  await listensTo(child.pid, 2);
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  assert.equal(code, 130);
  const text = new TextDecoder().decode(stderr);
  assert.match(text, /Interrupted\. Nothing was changed; the same command begins anew\./);
  assert.deepEqual([...Deno.readDirSync(g.path)].map(({ name }) => name).sort(), [
    "m.json",
    "source",
  ]);
  assert.equal(await Deno.readTextFile(`${g.path}/m.json`), "old");
}, { ...LOCAL, only: "linux" });

/** Waits until a process catches a signal (SigCgt of proc_pid_status(5)). */
async function listensTo(pid: number, signal: number): Promise<void> {
  const bit = 1n << BigInt(signal - 1);
  for (;;) {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    const caught = BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(status)?.[1]}`);
    if ((caught & bit) !== 0n) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

onGround("a list that b3sum has written serves as a manifest", async (g) => {
  requires("b3sum");
  await plant(g.source, { "a": "a", "odd\nname": "b", "sub/c": "c" });
  await bash(`cd "$1"; b3sum a odd* sub/c > ../sums`, [g.source]);
  assertCode(await g.blit("check", "--manifest", "sums", "source"), 0);
  await plant(g.source, { "a": "other", "new": "new" });
  const found = await g.blit("check", "--manifest", "sums", "source");
  assertCode(found, 3);
  assert.deepEqual(lines(found.stdout), ["different a", "extra     new"]);
}, { ...LOCAL, only: "linux" });

onGround("the hashes are those of b3sum", async (g) => {
  requires("b3sum");
  await plant(g.source, { "empty": "", "small": "small" });
  await bash(`head -c 20000001 /dev/urandom > "$1/large"`, [g.source]);
  assertCode(await g.blit("check", "--write-manifest", "m.json", "source"), 0);
  const manifest = await Deno.readTextFile(`${g.path}/m.json`);
  for (const name of ["empty", "small", "large"]) {
    const sum = (await run("b3sum", ["--no-names", `${g.source}/${name}`])).trim();
    assert.match(manifest, new RegExp(`"path":"${name}".*"blake3":"${sum}"`));
  }
}, { ...LOCAL, only: "linux" });

onGround("what is no manifest is refused with its line, and what cannot be is said", async (g) => {
  await plant(g.source, { "f": "f" });
  await plant(g.path, {
    "empty": "",
    "noise": "noise\n",
    "later": '{"type":"manifest","version":7,"hash":"blake3"}\n',
    "cut": '{"type":"manifest","version":1,"hash":"blake3"}\n',
    "up":
      '{"type":"manifest","version":1,"hash":"blake3"}\n{"path":"../f","kind":"file","size":1,"mtime":"0.000000000","mode":"0644","uid":0,"gid":0}\n{"type":"end","entries":1}\n',
  });
  const against = (file: string) => g.blit("check", "--manifest", file, "source");
  assertSentence(await against("empty"), [64], /empty/);
  assertSentence(await against("noise"), [64], /Line 1 .*hash, two spaces and a path/);
  assertSentence(await against("later"), [64], /version 7/);
  assertSentence(await against("cut"), [64], /cut off after 0 entries/);
  assertSentence(await against("up"), [64], /Line 2 .*none within a tree/);
  assertSentence(await against("absent"), [1], /"absent".*no such file/);
  assertSentence(
    await against("source"),
    [1],
    /^blit: Cannot read the manifest "source": is a dir/,
  );
  assertSentence(await g.blit("check", "--manifest", "cut", "absent"), [1, 64]);
  assertSentence(await g.blit("check", "--manifest", "cut", "a", "b"), [64], /one tree/);
  assertSentence(
    await g.blit("check", "--manifest", "cut", "--exclude", "x", "source"),
    [64],
    /--exclude does not go together with a manifest/,
  );
  assertSentence(
    await g.blit("check", "--write-manifest", "nowhere/m.json", "source"),
    [1],
    /nowhere/,
  );
}, { ...LOCAL, only: "linux" });

onGround(
  "a manifest that contradicts itself is refused, one that repeats itself is not",
  async (g) => {
    requires("b3sum");
    await plant(g.source, { "a": "a", "sub/b": "b", "empty": null });
    await bash(`cd "$1"; b3sum a sub/b > ../sums`, [g.source]);
    const list = await Deno.readTextFile(`${g.path}/sums`);
    await Deno.writeTextFile(`${g.path}/twice`, list + list.replace("  a", "  ./a"));
    assertCode(await g.blit("check", "--manifest", "twice", "source"), 0);
    await Deno.writeTextFile(`${g.path}/lie`, `${"0".repeat(64)}  a\n${list}`);
    const lie = /two different things of "a"/;
    assertSentence(await g.blit("check", "--manifest", "lie", "source"), [64], lie);
    assertCode(await g.blit("check", "--write-manifest", "m.json", "source"), 0);
    const lines = (await Deno.readTextFile(`${g.path}/m.json`)).split("\n");
    const edited = lines.map((line) => line.replace('"path":"sub/b"', '"path":"a"'));
    await Deno.writeTextFile(`${g.path}/m.json`, edited.join("\n"));
    assertSentence(await g.blit("check", "--manifest", "m.json", "source"), [64], lie);
  },
  { ...LOCAL, only: "linux" },
);

onGround(
  "a list of hashes says nothing of directories and links, which count as nothing",
  async (g) => {
    requires("b3sum");
    await plant(g.source, { "a": "a", "sub/b": "b", "sub/deep": null });
    await bash(`cd "$1"; ln -s a link; b3sum a sub/b > ../sums`, [g.source]);
    const found = await g.blit("check", "--json", "--manifest", "sums", "source");
    assertCode(found, 0);
    const { same, entries_scanned: scanned } = summaryOf(found);
    assert.deepEqual([same, scanned], [2, 2]);
  },
  { ...LOCAL, only: "linux" },
);

onGround("a manifest takes the place of a file and of nothing else", async (g) => {
  await plant(g.source, { "f": "f" });
  await plant(g.path, { "old": "old", "pointed": "kept", "directory/in": "in" });
  await bash(`cd "$1"; ln -s pointed link; ln -s nowhere dangling; mkfifo fifo`, [g.path]);
  const write = (file: string) => g.blit("check", "--write-manifest", file, "source");
  assertCode(await write("old"), 0);
  assertSentence(await write("link"), [1], /"link": it is a link/);
  assertSentence(await write("dangling"), [1], /"dangling": it is a link/);
  assertSentence(await write("directory"), [1], /"directory": it is a directory/);
  assertSentence(await write("fifo"), [1], /"fifo": it is no file/);
  assert.equal(await Deno.readTextFile(`${g.path}/pointed`), "kept");
  assert.equal(await bash(`cd "$1"; ls | grep -c blit- || true`, [g.path]), "0\n");
}, { ...LOCAL, only: "linux" });

onGround("what lies below a directory that cannot be read is not called missing", async (g) => {
  await plant(g.source, { "closed/in": "in", "closed/deep/in": "in", "a/closed/f": "f" });
  assertCode(await g.blit("check", "--write-manifest", "m.json", "source"), 0);
  await bash(
    `cd "$1"; touch -r a/closed time; rm a/closed/f; touch -r time a/closed; rm time
touch -r closed time; chmod 0 closed; rm time`,
    [g.source],
  );
  for (const tree of ["source", "source//", "./source", g.source]) {
    const as = { asNobody: true };
    const found = await g.blitWith(as, "check", "--json", "--manifest", "m.json", tree);
    assertCode(found, 2);
    const events = found.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const missing = events.filter(({ difference }) => difference === "missing");
    assert.deepEqual(missing.map(({ path }) => path), ["a/closed/f"], tree);
  }
  await bash(`chmod 755 "$1/closed"`, [g.source]);
}, { ...LOCAL, only: "linux", needs: ["nobody"] });

onRemote("a module's tree is written down and checked like one here", async (g) => {
  await oddTree(g.source, OWN_BACKEND.features);
  assertCode(await g.blit("check", "--write-manifest", "here", "source"), 0);
  assertCode(await g.blit("check", "--write-manifest", "there", g.from("source")), 0);
  const [here, there] = await Promise.all(
    ["here", "there"].map((name) => Deno.readTextFile(`${g.path}/${name}`)),
  );
  assert.deepEqual(there?.split("\n").sort(), here?.split("\n").sort());
  assertCode(await g.blit("check", "-c", "--manifest", "here", g.from("source")), 0);
}, { directions: ["pull"] });
