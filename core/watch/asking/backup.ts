import type { PathLike } from "../../endpoint/local_path.ts";
import { nameAtDestination, type Pair } from "./pair.ts";

/**
 * The backup directory of a mirror with this source as it was given, from where the mirror looks
 * for it: the destination as it was given. What is no text stays what it is.
 */
export function backupPath(pair: Pair, source: PathLike, given: PathLike): PathLike {
  if (typeof given !== "string" || given.startsWith("/") || given === "") return given;
  const { path } = pair.destination;
  const isOwn = typeof source === "string" && nameAtDestination(source) !== "";
  return `${isOwn ? path.slice(0, path.lastIndexOf("/")) : path}/${given}`;
}

/**
 * A backup directory that may lie in the destination, where a mirror without it would take it for
 * an extra: two that are the same text are the same. Undefined for one that lies elsewhere, as a
 * mirror finds that (core/transfer/prepare_backup.ts).
 */
export function backupInside(pair: Pair, path: PathLike): string | undefined {
  if (typeof path !== "string") return path instanceof URL ? path.href : `bytes ${path}`;
  const real = pair.destination.path.split("/").slice(1);
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    // After a link it leads elsewhere than the text says.
    else if (names.some((above, at) => above !== real[at])) return path;
    else names.pop();
  }
  const normal = `/${names.join("/")}`;
  return `${normal}/`.startsWith(`${pair.destination.path}/`) ? normal : undefined;
}
