import assert from "node:assert/strict";
import { tarHeader } from "../../../core/shard/mod.ts";
import { hasTool, makePlace, run } from "../../support/mod.ts";
import {
  bytesOf,
  mendChecksum,
  ODD_SAMPLES,
  pack,
  type Sample,
  sample,
  textOf,
  unpack,
} from "./sample.ts";

const PEERS = ["tar", "bsdtar"] as const;
const FIND = "find . -mindepth 1 -printf '%P\\t%y\\t%m\\t%s\\t%T@\\t%l\\0'";
const LETTERS = { "file": "f", "directory": "d", "symlink": "l", "hard-link": "f" } as const;

/** What `find` must say of samples once they are extracted, sorted. Directories have no size. */
function listing(samples: readonly Sample[]): string[] {
  return samples.map((each) => {
    const same = samples.find(({ name }) => name === each.linkTarget);
    const { kind, name } = each;
    const of = kind === "hard-link" && same !== undefined ? same : each;
    const size = kind === "symlink" ? of.linkTarget.length : of.content.length;
    const time = `${of.mtimeSeconds}.${String(of.mtimeNanoseconds).padStart(9, "0")}0`;
    const mode = kind === "symlink" ? "777" : of.mode.toString(8);
    return [
      name,
      LETTERS[kind],
      mode,
      kind === "directory" ? "-" : size,
      time,
      kind === "symlink" ? each.linkTarget : "",
    ].join("\t");
  }).sort();
}

/** What `find` says, as bytes in latin-1, sorted the same way. */
async function found(path: string): Promise<string[]> {
  const { stdout } = await new Deno.Command("bash", { args: ["-c", FIND], cwd: path }).output();
  return textOf(stdout).split("\0").filter((line) => line !== "").map((line) =>
    line.replace(/\td\t(\d+)\t\d+\t/, "\td\t$1\t-\t")
  ).sort();
}

for (const peer of PEERS) {
  const ignore = !hasTool(peer);

  Deno.test({
    name: `${peer} extracts what we packed, to the last bit and nanosecond`,
    ignore,
    async fn() {
      await using place = await makePlace();
      await Deno.writeFile(`${place.path}/shard.tar`, pack(ODD_SAMPLES));
      await Deno.mkdir(`${place.path}/out`);
      await run(peer, ["-xpf", "../shard.tar"], { cwd: `${place.path}/out` });
      assert.deepEqual(await found(`${place.path}/out`), listing(ODD_SAMPLES));
      for (const each of ODD_SAMPLES.filter(({ content }) => content !== "")) {
        if (/[\x80-\xff]/.test(each.name)) continue;
        const content = await Deno.readFile(`${place.path}/out/${each.name}`);
        assert.equal(textOf(content), each.content, each.name);
      }
    },
  });

  for (const format of ["ustar", "pax"] as const) {
    Deno.test({
      name: `we unpack what ${peer} packs as ${format}`,
      ignore,
      async fn() {
        await using place = await makePlace();
        // Whole seconds for ustar, and no names that need pax.
        const samples = format === "pax"
          ? ODD_SAMPLES
          : ODD_SAMPLES.filter((each) =>
            each.linkTarget.length <= 100 &&
            each.name.split("/").every(({ length }) => length <= 100)
          ).map((each) => ({ ...each, mtimeNanoseconds: 0 }));
        await Deno.writeFile(`${place.path}/shard.tar`, pack(samples));
        await Deno.mkdir(`${place.path}/in`);
        await run("tar", ["-xpf", "../shard.tar"], { cwd: `${place.path}/in` });
        await run(peer, [`--format=${format}`, "-cf", "../theirs.tar", "dir"], {
          cwd: `${place.path}/in`,
        });
        const theirs = await Deno.readFile(`${place.path}/theirs.tar`);
        for (const step of [theirs.length, 1000]) {
          const ours = unpack(theirs, step);
          assert.deepEqual(listing(ours), listing(samples));
          assert.equal(ours.filter(({ kind }) => kind === "hard-link").length, 1);
          const contents = (of: readonly Sample[]) =>
            of.filter(({ kind, content }) => kind === "file" && content !== "hello\n")
              .map(({ name, content }) => `${name}\0${content}`).sort();
          assert.deepEqual(contents(ours), contents(samples));
        }
      },
    });
  }

  Deno.test({
    name: `${peer} lists names, sizes past 8 GiB and owners past 2 million`,
    ignore,
    async fn() {
      await using place = await makePlace();
      const header = tarHeader({
        kind: "file",
        name: bytesOf("huge"),
        mode: 0o640,
        uid: 4_000_000_000,
        gid: 2_097_152,
        sizeBytes: 9 * 2 ** 30,
        mtimeSeconds: 0,
        mtimeNanoseconds: 0,
      });
      await Deno.writeFile(`${place.path}/huge.tar`, header);
      // Holes stand for the content and for the end.
      await Deno.truncate(`${place.path}/huge.tar`, header.length + 9 * 2 ** 30 + 1024);
      const listed = await run(peer, ["--numeric-owner", "-tvf", `${place.path}/huge.tar`]);
      assert.match(listed, /4000000000.*2097152.*9663676416.*huge/);
    },
  });
}

Deno.test({
  name: "GNU tar reads times before 1970 and past 2242 as we wrote them",
  ignore: !hasTool("tar"),
  async fn() {
    await using place = await makePlace();
    const samples = [
      sample({ name: "a", mtimeSeconds: -2, mtimeNanoseconds: 500_000_000 }),
      sample({ name: "b", mtimeSeconds: -86_400 }),
      sample({ name: "c", mtimeSeconds: 2 ** 33, mtimeNanoseconds: 1 }),
      sample({ name: "d", mtimeSeconds: -1, mtimeNanoseconds: 999_999_999 }),
    ];
    await Deno.writeFile(`${place.path}/times.tar`, pack(samples));
    // Extracted, not listed: a listing of GNU tar 1.34 shows such times a second late.
    await run("tar", ["-xf", "times.tar"], { cwd: place.path });
    const times = await run("stat", ["-c", "%.9Y", "a", "b", "c", "d"], { cwd: place.path });
    assert.deepEqual(times.trim().split("\n"), [
      "-1.500000000",
      "-86400.000000000",
      "8589934592.000000001",
      "-0.000000001",
    ]);
    assert.deepEqual(unpack(pack(samples)), samples);
  },
});

Deno.test({
  name: "we read the base-256 numbers GNU tar writes",
  ignore: !hasTool("tar"),
  async fn() {
    await using place = await makePlace();
    const old = `${place.path}/old`;
    await Deno.writeTextFile(old, "");
    await Deno.utime(old, -5, -5);
    const owner = ["--owner=:3000000", "--group=:4000000000"];
    await run("tar", ["--format=gnu", ...owner, "-cf", "a.tar", "old"], { cwd: place.path });
    const archive = await Deno.readFile(`${place.path}/a.tar`);
    assert.throws(() => unpack(archive), { code: "not-ustar" });
    // The same header, called POSIX.
    archive.set(bytesOf("ustar\x0000"), 257);
    mendChecksum(archive);
    const [entry] = unpack(archive);
    assert.equal(entry?.mtimeSeconds, -5);
    assert.equal(entry?.uid, 3_000_000);
    assert.equal(entry?.gid, 4_000_000_000);
  },
});
