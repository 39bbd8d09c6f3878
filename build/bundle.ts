/**
 * `deno task bundle`: the programs as plain JavaScript in dist/, with nothing to resolve and nothing
 * of `node:` on the way to the first byte. The WASM module travels inside. What a program needs
 * only now and then stands in chunks beside it that are read when used (docs/decisions/0002); a
 * program and its chunks stay together, and mover_worker.js with them.
 *
 * @module
 */
import { MOVER_WORKER, PROGRAMS, ROOT } from "./programs.ts";

const DIST = new URL("dist/", ROOT);

/** Makes dist/ anew, and gives the programs' files; throws with what the bundler said. */
export async function bundle(): Promise<readonly string[]> {
  const entries = new Map(PROGRAMS.map(({ name, main }) => [`${name}.js`, main]));
  entries.set("mover_worker.js", MOVER_WORKER);
  await Deno.mkdir(DIST, { recursive: true });
  const made = new Set<string>();
  // One after another: the first may have to fetch the bundler, and two would fetch it at once.
  for (const [output, entry] of entries) {
    for (const name of await bundleOne(entry, output)) made.add(name);
  }
  for await (const { name, isFile } of Deno.readDir(DIST)) {
    if (isFile && !made.has(name)) await Deno.remove(new URL(name, DIST));
  }
  return [...entries.keys()].map((name) => `dist/${name}`);
}

/** Bundles to one side and moves what was made into dist/, the entry last. */
async function bundleOne(entry: string, output: string): Promise<string[]> {
  const partial = `dist/partial-${Deno.pid}/`;
  const aside = new URL(partial, ROOT);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--platform=deno",
      "--code-splitting",
      `--outdir=${partial}`,
      entry,
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot bundle ${entry}:\n${new TextDecoder().decode(stderr)}`);
  const main = entry.replace(/^.*\//, "").replace(/\.ts$/, ".js");
  const chunks = [...Deno.readDirSync(aside)].map(({ name }) => name)
    .filter((name) => name !== main);
  for (const name of chunks) await Deno.rename(new URL(name, aside), new URL(name, DIST));
  await Deno.rename(new URL(main, aside), new URL(output, DIST));
  await Deno.remove(aside);
  return [output, ...chunks];
}

if (import.meta.main) {
  for (const output of await bundle()) console.log(output);
}
