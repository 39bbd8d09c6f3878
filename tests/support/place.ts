import { bash } from "./command.ts";

/** Where a test's files live. */
export type Medium =
  /** tmpfs at /dev/shm where there is one: fast, no reflinks. */
  | "memory"
  /** The file system of the temporary directory. */
  | "disk";

/** A directory of a test's own; it goes, whatever is in it, when disposed of. */
export interface Place extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty directory on the medium. */
export async function makePlace(medium: Medium = "memory"): Promise<Place> {
  const memory = medium === "memory" && isDirectory("/dev/shm");
  const path = await Deno.makeTempDir({
    prefix: "blit-test-",
    ...(memory ? { dir: "/dev/shm" } : {}),
  });
  // Other users must be able to pass: some tests run blit as nobody.
  await Deno.chmod(path, 0o755);
  return {
    path,
    // rm(1), since it manages paths past PATH_MAX; chmod first, since others than root cannot
    // empty a read-only directory.
    async [Symbol.asyncDispose]() {
      await bash(
        `rm -rf -- "$1" 2>/dev/null || { chmod -R u+rwX -- "$1" || true; rm -rf -- "$1"; }`,
        [path],
      );
    },
  };
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
