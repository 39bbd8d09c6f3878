import { displayPath } from "../entry/display.ts";
import { pathKey } from "../entry/path.ts";
import type { Name } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";

/**
 * Refuses a tree with something mounted in it: what the mount hides, and what it shows, is swept
 * but not watched.
 *
 * @throws {TransferError} `watch-mounts`
 */
export function refuseMountsBelow(root: Name): void {
  const path = pathKey(root);
  const below = path === "/" ? "/" : `${path}/`;
  for (const place of mountPlaces()) {
    if (place === path || !place.startsWith(below)) continue;
    throw new TransferError(
      "watch-mounts",
      `Something is mounted in "${displayPath(root)}": a tree with mounts in it is not watched.`,
    );
  }
}

/** Where things are mounted, one character a byte (proc_pid_mountinfo(5)). */
function mountPlaces(): string[] {
  const text = pathKey(Deno.readFileSync("/proc/self/mountinfo"));
  return text.split("\n").map((line) =>
    (line.split(" ")[4] ?? "").replace(
      /\\([0-7]{3})/g,
      (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
    )
  );
}
