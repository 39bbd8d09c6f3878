import type { DirectoryAt } from "../endpoint/directory_at.ts";
import type { LocalPath } from "../endpoint/local_path.ts";
import type { Name } from "../sys/mod.ts";

/**
 * Where a walk begins: a directory, or one entry of it. Below it no link is ever followed, and
 * everything is relative to directories held open.
 */
export interface ListingStart {
  /** What was named where it is a directory's content, else the directory that holds it. */
  readonly directory: DirectoryAt;
  /** The one entry of `directory` that is meant; undefined where the directory itself is. */
  readonly only: Name | undefined;
  /** What sentences call what was named. */
  readonly text: string;
  /**
   * A link that is meant itself is taken for the directory that it leads to, if it does: `ls`
   * does so. Never for what a client named of a module.
   */
  readonly followsLink?: boolean;
}

/**
 * The start for a path on this machine. As with GNU find, a link is meant itself unless a slash
 * follows it; links before the last component are followed.
 */
export function localStart(path: LocalPath, followsLink = false): ListingStart {
  return {
    directory: { root: path.content ? path.path : path.parent },
    only: path.content ? undefined : path.name,
    text: path.text,
    followsLink,
  };
}
