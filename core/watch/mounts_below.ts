import { displayPath, nameOf } from "../entry/display.ts";
import { isBeneath, pathKey } from "../entry/path.ts";
import { errnoWords, type Name, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";

/**
 * Refuses a tree with something mounted in it: what the mount hides, and what it shows, is swept
 * but not watched.
 *
 * @throws {TransferError} `watch-mounts`
 */
export function refuseMountsBelow(sys: Sys, root: Name): void {
  const path = pathKey(root);
  for (const place of mountPlaces(sys)) {
    if (place === path || !isBeneath(place, path)) continue;
    throw new TransferError(
      "watch-mounts",
      `Something is mounted in "${displayPath(root)}": a tree with mounts in it is not watched.`,
    );
  }
}

/** Where things are mounted, one character a byte (proc_pid_mountinfo(5)). */
function mountPlaces(sys: Sys): string[] {
  return readMounts(sys).split("\n").map((line) =>
    (line.split(" ")[4] ?? "").replace(
      /\\([0-7]{3})/g,
      (_, digits: string) => String.fromCharCode(parseInt(digits, 8)),
    )
  );
}

/** Not by Deno, which lets nobody read in /proc without all permissions. */
function readMounts(sys: Sys): string {
  const directory = sys.openRoot(nameOf("/proc/self"));
  const file = directory < 0 ? directory : sys.openRead(directory, nameOf("mountinfo"));
  const buffer = new Uint8Array(16384);
  let text = "";
  let got = file;
  while (file >= 0 && (got = sys.read(file, buffer, buffer.length)) > 0) {
    text += pathKey(buffer.subarray(0, got));
  }
  for (const handle of [file, directory]) if (handle >= 0) sys.close(handle);
  if (got === 0) return text;
  throw new TransferError(
    "watch-mounts",
    `It cannot be told what is mounted in a tree: /proc/self/mountinfo: ${errnoWords(-got)}.`,
  );
}
