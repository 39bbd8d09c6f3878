import type { DirectoryAt } from "../endpoint/directory_at.ts";
import { type LocalPath, parseLocalPath, pathBytes, type PathLike } from "../endpoint/mod.ts";
import { shown } from "../endpoint/given.ts";
import type { Name } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";

const DOT = 46;
const SLASH = 47;

/**
 * Something that was named to be removed. A daemon's `ModulePath` has all of it too, and is one
 * as it stands.
 */
export interface Removable {
  /** The directory that holds it. */
  readonly parent: DirectoryAt;
  /** What it is called there, NUL-terminated; empty for a root, which is refused. */
  readonly name: Name;
  /** It was written with a slash at its end, and so must be a directory. */
  readonly content: boolean;
  /** As it was written, for sentences. */
  readonly text: string;
}

/**
 * Something on this machine.
 *
 * @throws {TransferError} `usage` for what is no path, for `/`, and for a path that ends with `.`
 * or `..`
 */
export function localRemovable(given: PathLike): Removable {
  const path: LocalPath = parseLocalPath(given);
  refuseDots(pathBytes(given));
  return { parent: { root: path.parent }, name: path.name, content: path.content, text: path.text };
}

/**
 * Refuses a path or an endpoint whose last component is `.` or `..`: what it removes would depend
 * on where one stands. An endpoint's own path is without them, so this takes it as it was written.
 *
 * @throws {TransferError} `remove-dots`, usage
 */
export function refuseDots(written: Uint8Array): void {
  let end = written.length;
  while (end > 0 && written[end - 1] === SLASH) end--;
  let start = end;
  while (start > 0 && written[start - 1] === DOT) start--;
  const dots = end - start;
  if (dots < 1 || dots > 2 || (start > 0 && written[start - 1] !== SLASH)) return;
  const name = dots === 1 ? "." : "..";
  throw new TransferError(
    "remove-dots",
    `"${shown(written)}" ends with "${name}": nothing is removed by that name. ` +
      "Name the directory itself.",
    "usage",
  );
}
