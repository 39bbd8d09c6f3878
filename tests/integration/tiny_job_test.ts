import assert from "node:assert/strict";
import { bash, blitCommand, hasTool, makePlace, run } from "../support/mod.ts";

/** How many Workers blit starts, by the names that its threads give themselves. */
async function workersOf(path: string, args: readonly string[]): Promise<number> {
  const { program, args: words, env } = blitCommand(args);
  const trace = ["-f", "-qq", "-o", `${path}/trace`, "-e", "trace=prctl"];
  await run("strace", [...trace, program, ...words], { cwd: path, env });
  const told = await Deno.readTextFile(`${path}/trace`);
  return told.match(/PR_SET_NAME, "worker-/g)?.length ?? 0;
}

const hasStrace = hasTool("strace");
Deno.test({
  name: `a tiny job starts no Worker, and a larger one does${hasStrace ? "" : " (needs strace)"}`,
  ignore: !hasStrace,
  fn: async () => {
    await using place = await makePlace();
    const { path } = place;
    await bash(
      `mkdir -p "$1/tiny" && echo x > "$1/tiny/x"
      for d in $(seq 200); do mkdir -p "$1/large/$d"; touch "$1/large/$d/"{a,b,c,d}; done`,
      [path],
    );
    assert.equal(await workersOf(path, ["copy", "tiny/", "there"]), 0);
    assert.equal(await workersOf(path, ["mirror", "--yes", "tiny/", "there"]), 0);
    assert.notEqual(await workersOf(path, ["copy", "large/", "others"]), 0);
  },
});
