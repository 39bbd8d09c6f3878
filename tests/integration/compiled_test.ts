import assert from "node:assert/strict";
import { assertCode, bigTree, command, compareTrees, makePlace, run } from "../support/mod.ts";

const ROOT = new URL("../../", import.meta.url);
const EXTENSION = Deno.build.os === "windows" ? ".exe" : "";

/** Files enough for Workers to be started. */
const DIRECTORIES = 40;
const FILES = 100;

/** The compiled program: the one that BLIT_COMPILED names, or what `deno task compile` has made. */
function compiled(): string | undefined {
  const named = Deno.env.get("BLIT_COMPILED");
  if (named !== undefined && named !== "") return Deno.realPathSync(named);
  try {
    return Deno.realPathSync(new URL(`bin/blit${EXTENSION}`, ROOT));
  } catch {
    return undefined;
  }
}

const blit = compiled();

function compiledTest(name: string, fn: (blit: string) => Promise<void>): void {
  const ignore = blit === undefined;
  Deno.test({
    name: ignore ? `${name} (needs deno task compile)` : name,
    ignore,
    fn: () => fn(blit ?? ""),
  });
}

compiledTest(
  "the compiled blit says its version and refuses what it does not know",
  async (blit) => {
    assert.match(await run(blit, ["--version"]), /^blit \d+\.\d+\.\d+\n$/);
    assertCode(await command(blit, ["--no-such-option"]), 64);
  },
);

compiledTest(
  "the compiled blit copies a tree exactly, in Workers and through FFI",
  async (blit) => {
    await using place = await makePlace();
    const source = `${place.path}/source`;
    const destination = `${place.path}/destination`;
    await bigTree(source, DIRECTORIES, FILES, 4096);
    const child = new Deno.Command(blit, {
      args: ["copy", "--json", `${source}/`, destination],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const watch = watchThreads(child.pid);
    const { code, stdout, stderr } = await child.output();
    const threads = watch.end();
    const said = new TextDecoder().decode(stdout);
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    if (Deno.build.os !== "linux") {
      assert.match(said, /"backend":"portable"/);
      return;
    }
    assert.match(said, /"backend":"linux"/);
    assert.ok([...threads].some((name) => name.startsWith("worker-")), "no Worker was started");
    await compareTrees(source, destination);
  },
);

compiledTest("the compiled blit hashes in WASM what b3sum finds right", async (blit) => {
  await using place = await makePlace();
  await bigTree(place.path, 1, 3, 100_000);
  const sums = await run(blit, ["hash", "directory-0"], { cwd: place.path });
  await Deno.writeTextFile(`${place.path}/sums`, sums);
  assert.equal(sums.trim().split("\n").length, 3);
  await run("b3sum", ["--check", "sums"], { cwd: place.path });
});

/** Collects the names of a process's threads as Linux has them; Deno's Workers are worker-1... */
function watchThreads(pid: number): { end(): ReadonlySet<string> } {
  const names = new Set<string>();
  const timer = setInterval(() => {
    try {
      for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
        names.add(Deno.readTextFileSync(`/proc/${pid}/task/${name}/comm`).trim());
      }
    } catch {
      // The process or the thread has ended, or there is no /proc.
    }
  }, 5);
  return {
    end(): ReadonlySet<string> {
      clearInterval(timer);
      return names;
    },
  };
}
