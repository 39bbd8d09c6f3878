import { bash, command, run } from "./command.ts";
import { unmet } from "./host.ts";

/** Where a test's files live. */
export type Medium =
  /**
   * A tmpfs of its own where the tests may mount, else the disk. Not /dev/shm: Deno lets nothing
   * beneath /dev be touched without --allow-all.
   */
  | "memory"
  /** The file system of the temporary directory. */
  | "disk";

/** A directory of a test's own; it goes, whatever is in it, when disposed of. */
export interface Place extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty directory on the medium, at a path of its own or at one that is empty. */
export async function makePlace(medium: Medium = "memory", at?: string): Promise<Place> {
  const path = at ?? await Deno.makeTempDir({ prefix: "blit-test-" });
  const mounted = medium === "memory" && unmet(["tmpfs"]) === undefined;
  if (mounted) await run("mount", ["-t", "tmpfs", "-o", "mode=755", "none", path]);
  // Other users must be able to pass: some tests run blit as nobody.
  else await Deno.chmod(path, 0o755);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      if (mounted) {
        const { code } = await command("umount", [path]);
        if (code !== 0) await run("umount", ["--lazy", path]);
        // A mount point is empty, unless somebody still writes to it.
        if (at === undefined) await Deno.remove(path).catch(() => clear(path, ""));
      } else await clear(path, at ?? "");
    },
  };
}

/**
 * Removes a directory, and makes `again` anew. By rm(1), since it manages paths past PATH_MAX;
 * chmod first, since others than root cannot empty a read-only directory.
 */
async function clear(path: string, again: string): Promise<void> {
  await bash(
    `rm -rf -- "$1" 2>/dev/null || { chmod -R u+rwX -- "$1" || true; rm -rf -- "$1"; }
    [ -z "$2" ] || mkdir -- "$2"`,
    [path, again],
    // Disks of shared machines may be slow to forget a hundred thousand files.
    { timeoutMs: 600_000 },
  );
}
