/**
 * `deno task bundle [FOLDER]`: the programs as plain JavaScript in dist/ (or the folder), with
 * nothing to resolve and nothing of `node:` on the way to the first byte. The WASM module travels
 * inside. What a program needs only now and then stands in chunks beside it that are read when
 * used (docs/decisions/0001); a program, its chunks and the Workers' files stay together.
 *
 * @module
 */
import { groupChunks } from "./group_chunks.ts";
import {
  ANSWER_WORKER,
  MOVER_WORKER,
  PROBE_WORKER,
  PROGRAMS,
  REMOTE_WORKER,
  ROOT,
} from "./programs.ts";

/** Makes the folder (an absolute path) anew, and gives the entry files' names; throws with what the bundler said. */
export async function bundle(folder: string): Promise<readonly string[]> {
  const entries = new Map(PROGRAMS.map(({ name, main }) => [`${name}.js`, main]));
  entries.set("mover_worker.js", MOVER_WORKER);
  entries.set("remote_worker.js", REMOTE_WORKER);
  entries.set("answer_worker.js", ANSWER_WORKER);
  entries.set("probe_worker.js", PROBE_WORKER);
  await Deno.mkdir(folder, { recursive: true });
  const aside = `${folder}/partial-${Deno.pid}`;
  try {
    await bundleInto(aside, [...entries.values()]);
    const files = await groupChunks(
      aside,
      new Map([...entries].map(([name, main]) => [name, main.replace(/\.ts$/, ".js")])),
    );
    for (const { name, code } of files) {
      await Deno.writeTextFile(`${aside}/${name}`, hideImports(code));
    }
    // The entries last: who starts a program meanwhile finds what it imports.
    for (const { name } of files.toSorted((one, other) => +one.isEntry - +other.isEntry)) {
      await Deno.rename(`${aside}/${name}`, `${folder}/${name}`);
    }
    const made = new Set(files.map(({ name }) => name));
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && !made.has(name)) await Deno.remove(`${folder}/${name}`);
    }
  } finally {
    // Where the bundler failed, it may have made none.
    await Deno.remove(aside, { recursive: true }).catch(() => {});
  }
  return [...entries.keys()];
}

/** Bundles the entries with what they import into many chunks. */
async function bundleInto(folder: string, entries: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--platform=deno",
      "--code-splitting",
      "--minify",
      `--outdir=${folder}`,
      ...entries,
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot bundle:\n${new TextDecoder().decode(stderr)}`);
}

/** An import of a chunk that is read when it is used. */
const LAZY_IMPORT = /\bimport\((["'])(\.\/[^"']+\.js)\1\)/g;

/**
 * Keeps Deno from reading every chunk at start: it follows each import whose name it can read,
 * used or not. With 155 of them a copy of one file took 50 ms, with their names hidden 42 ms (medians
 * of 25 on a busy machine).
 */
export function hideImports(text: string): string {
  return text.replace(LAZY_IMPORT, 'import(String("$2"))');
}

if (import.meta.main) {
  const [folder = "dist"] = Deno.args;
  await Deno.mkdir(folder, { recursive: true });
  for (const name of await bundle(await Deno.realPath(folder))) console.log(`${folder}/${name}`);
}
