import assert from "node:assert/strict";
import { mirror, type TransferEvent } from "../../mod.ts";
import {
  assertCode,
  eachBackend,
  makePlace,
  onGround,
  onRemote,
  plant,
  readTree,
  type Tree,
  useBackend,
  warmUp,
} from "../support/mod.ts";

await warmUp();

/** More directories in one than a task takes, with as many in some of them. */
const WIDE = 70;

/** 70 directories with a file each; each seventh holds 70 more, each 30th of them a log. */
function manyDirectories(): Record<string, string | null> {
  const tree: Record<string, string | null> = {};
  for (let one = 0; one < WIDE; one++) {
    tree[`gone/d${one}/file`] = "extra";
    if (one % 7 !== 0) continue;
    for (let other = 0; other < WIDE; other++) tree[`gone/d${one}/e${other}/`] = null;
    for (let other = 0; other < WIDE; other += 30) tree[`gone/d${one}/e${other}/keep.log`] = "log";
  }
  return tree;
}

/** What is left of these where logs are excluded. */
function withLogs(tree: Tree): string[] {
  const left = new Set<string>();
  for (const path of Object.keys(tree).filter((one) => one.endsWith(".log"))) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      left.add(`${parts.slice(0, depth).join("/")}/`);
    }
    left.add(path);
  }
  return [...left].sort();
}

const EXCLUDED = ["mirror", "-y", "--force-delete", "--exclude", "*.log"] as const;

async function keys(root: string): Promise<string[]> {
  return Object.keys(await readTree(root)).sort();
}

onGround("of many extra directories those that hold what is excluded stay", async (g) => {
  const tree = manyDirectories();
  await plant(g.source, { "a": "a" });
  await plant(g.destination, tree);
  assertCode(await g.blit(...EXCLUDED, "source/", "destination"), 0, 2);
  assert.deepEqual(await keys(g.destination), ["a", ...withLogs(tree)]);
  assertCode(await g.blit("mirror", "-y", "--force-delete", "source/", "destination"), 0);
  await g.compare();
});

onRemote("of many extra directories those that hold what is excluded stay", async (g) => {
  const tree = manyDirectories();
  await plant(g.source, { "a": "a" });
  await plant(g.destination, tree);
  assertCode(await g.blit(...EXCLUDED, g.from(), g.to()), 0, 2);
  assert.deepEqual(await keys(g.destination), ["a", ...withLogs(tree)]);
  assertCode(await g.blit("mirror", "-y", "--force-delete", g.from(), g.to()), 0);
  await g.compare();
});

onGround("empty extra directories go to the backup directory, many in one", async (g) => {
  const tree = manyDirectories();
  await plant(g.source, { "a": "a" });
  await plant(g.destination, tree);
  const before = await readTree(g.destination);
  const words = ["mirror", "-y", "--force-delete", "--backup-dir", "../backup"] as const;
  assertCode(await g.blit(...words, "source/", "destination"), 0);
  assert.deepEqual(await readTree(`${g.path}/backup`), before);
  await g.compare();
});

onGround("many directories give their places to files and hard links", async (g) => {
  const [files, directories]: [Record<string, string>, Record<string, string | null>] = [{}, {}];
  for (let one = 0; one < WIDE; one++) {
    files[`f${one}`] = `file ${one}`;
    directories[`f${one}/in/the/way`] = "extra";
    directories[`l${one}/`] = null;
  }
  await plant(g.source, { ...files, "leader": "linked" });
  for (let one = 0; one < WIDE; one++) {
    await Deno.link(`${g.source}/leader`, `${g.source}/l${one}`);
  }
  await plant(g.destination, directories);
  assertCode(await g.blit("mirror", "-y", "--force-delete", "source/", "destination"), 0);
  await g.compare();
});

eachBackend("each of many extra directories is counted and told once", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
  await plant(source, { "a": "a" });
  await plant(destination, manyDirectories());
  const all = await keys(destination);
  const run = async (dryRun: boolean): Promise<string[]> => {
    const gone: string[] = [];
    const summary = await mirror(`${source}/`, destination, {
      dryRun,
      forceDelete: true,
      reportEntries: true,
      confirm({ count, samples }) {
        assert.equal(count, all.length);
        assert.equal(new Set(samples).size, 10);
        return true;
      },
      onEvent: (event: TransferEvent) => {
        if (event.type !== "entry" || event.action !== "delete") return;
        const path = new TextDecoder().decode(event.path);
        gone.push(event.kind === "directory" ? `${path}/` : path);
      },
    });
    assert.equal(summary.exitCode, 0);
    assert.equal(summary.entriesDeleted, all.length);
    return gone.sort();
  };
  assert.deepEqual(await run(true), all);
  assert.deepEqual(await run(false), all);
  assert.deepEqual(await keys(destination), ["a"]);
});

eachBackend("what appears in an extra directory while it is asked about stays", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
  await plant(source, { "a": "a" });
  await plant(destination, {
    "gone/one/file": "extra",
    "gone/two/file": "extra",
    "gone/three/": null,
    "gone/four/file": "extra",
  });
  const failures: string[] = [];
  const summary = await mirror(`${source}/`, destination, {
    forceDelete: true,
    confirm: async ({ count, samples }) => {
      assert.deepEqual([count, samples.length], [8, 8]);
      await Deno.writeTextFile(`${destination}/gone/one/new`, "new");
      await Deno.mkdir(`${destination}/gone/three/new`);
      await Deno.remove(`${destination}/gone/four`, { recursive: true });
      return true;
    },
    onEvent: (event: TransferEvent) => {
      if (event.type === "failure") failures.push(event.message);
    },
  });
  assert.equal(summary.exitCode, 2);
  assert.equal(failures.length, 3);
  assert.deepEqual(await readTree(destination), {
    "a": "a",
    "gone/": null,
    "gone/one/": null,
    "gone/one/new": "new",
    "gone/three/": null,
    "gone/three/new/": null,
  });
  for (const name of ["gone/one", "gone/three", "gone"]) {
    const path = `${destination}/${name}`.replaceAll("/", "\\/");
    assert.match(failures.join("\n"), new RegExp(`"${path}\\/?": .*not empty`), name);
  }
});

onGround("extra directories of many files, and of files with long names, go", async (g) => {
  await plant(g.source, { "a": "a" });
  const tree: Record<string, string> = {};
  for (let file = 0; file < 1100; file++) tree[`large/f${file}`] = "extra";
  for (let one = 0; one < 40; one++) {
    for (let file = 0; file < 30; file++) tree[`d${one}/${"n".repeat(240)}${file}`] = "extra";
    tree[`${"m".repeat(250)}${one}/x`] = "extra";
  }
  await plant(g.destination, tree);
  assertCode(await g.blit("mirror", "-y", "--force-delete", "source/", "destination"), 0);
  await g.compare();
});
