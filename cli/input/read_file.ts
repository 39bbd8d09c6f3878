/** What users call standard input. */
const STDIN: ReadonlySet<string> = new Set(["-", "/dev/stdin", "/dev/fd/0"]);

/** Whether a path means standard input. */
export function isStdin(path: string): boolean {
  return STDIN.has(path);
}

/**
 * All that a file holds that the user names. Of what lies in /dev, /proc or /sys, /dev/shm included,
 * Deno lets only programs with all rights read most; the system calls beneath it may.
 */
export async function readWholeFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (Deno.build.os !== "linux" || !(error instanceof Deno.errors.NotCapable)) throw error;
    const { readByFloor } = await import("./read_by_floor.ts");
    return await readByFloor(path);
  }
}

/** All of standard input. */
export async function readStdin(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
}
