/** Leaves a destination as a run with --resume leaves it that is killed in a large file. */
import { remove } from "./paths.ts";

/** What is changed so shortly before it is read is never proven; see docs/resume.md. */
const SETTLED_MS = 2100;
const TRIES = 20;

/**
 * Runs `command`, which copies the file `source` into `destination`, and kills it when so many
 * bytes are there; throws if it is always too fast.
 */
export async function cutOff(
  command: readonly string[],
  source: string,
  destination: string,
  bytes: number,
): Promise<void> {
  const [program = "", ...args] = command;
  const changed = Deno.statSync(source).mtime?.getTime() ?? 0;
  await new Promise((done) => setTimeout(done, Math.max(0, changed + SETTLED_MS - Date.now())));
  for (let tries = 0; tries < TRIES; tries++) {
    remove(destination);
    Deno.mkdirSync(destination);
    const child = new Deno.Command(program, { args, stdout: "null", stderr: "null" }).spawn();
    let isOver = false;
    const status = child.status.finally(() => isOver = true);
    while (!isOver && bytesIn(destination) < bytes) {
      await new Promise((done) => setTimeout(done, 0));
    }
    if (!isOver) child.kill("SIGKILL");
    const { signal } = await status;
    if (signal === "SIGKILL") return;
  }
  throw new Error(`Cannot cut "${program}" off before it is done`);
}

/** What the only file in a directory holds, holes left out. */
function bytesIn(directory: string): number {
  for (const { name } of Deno.readDirSync(directory)) {
    return (Deno.statSync(`${directory}/${name}`).blocks ?? 0) * 512;
  }
  return 0;
}
