/**
 * `deno task bundle`: each program as one file in dist/, with nothing to resolve and nothing of
 * `node:` on the way to the first byte, so that it starts as fast as Deno can. The WASM module
 * travels inside. dist/mover_worker.js must stay beside dist/blit.js.
 *
 * @module
 */
import { MOVER_WORKER, PROGRAMS, ROOT } from "./programs.ts";

/** Makes dist/ anew; throws with what the bundler said. */
export async function bundle(): Promise<readonly string[]> {
  const files = PROGRAMS.map(({ name, main }) => [main, `dist/${name}.js`] as const);
  const all = [...files, [MOVER_WORKER, "dist/mover_worker.js"] as const];
  await Deno.mkdir(new URL("dist", ROOT), { recursive: true });
  // One after another: the first may have to fetch the bundler, and two would fetch it at once.
  for (const [entry, output] of all) await bundleOne(entry, output);
  return all.map(([, output]) => output);
}

async function bundleOne(entry: string, output: string): Promise<void> {
  // To one side first: a benchmark that runs the old bundle must not read half of the new one.
  const partial = `${output.replace(/\.js$/, "")}.${Deno.pid}.partial.js`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "deno", "--output", partial, entry],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot bundle ${entry}:\n${new TextDecoder().decode(stderr)}`);
  await Deno.rename(new URL(partial, ROOT), new URL(output, ROOT));
}

if (import.meta.main) {
  for (const output of await bundle()) console.log(output);
}
