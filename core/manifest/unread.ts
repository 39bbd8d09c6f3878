import type { PathLike } from "../endpoint/local_path.ts";
import { pathKey } from "../entry/path.ts";

/**
 * Directories of a tree that could not be listed: nobody knows what is in them. Failures name them
 * by the whole path, which ends with what the user has called the tree, and what follows.
 */
export class Unread {
  readonly #paths = new Set<string>();
  readonly #tree: string;

  constructor(tree: PathLike) {
    const given = tree instanceof Uint8Array ? tree : new TextEncoder().encode(String(tree));
    // Of a tree on a server, what stands behind its name and port; a URL is a path as well.
    const key = pathKey(given).replace(/^[^/]*:(?=\/)/, "");
    this.#tree = `${key.replace(/\/+$/, "")}/`;
  }

  /** Adds the path of a failure. */
  add(path: Uint8Array): void {
    const key = pathKey(path);
    const tree = this.#tree;
    // The same name may stand in it twice; then both may be meant.
    for (let at = key.indexOf(tree); at >= 0; at = key.indexOf(tree, at + 1)) {
      const isComponent = at === 0 || tree[0] === "/" || key[at - 1] === "/";
      if (isComponent) this.#paths.add(key.slice(at + tree.length));
      if (tree === "/") break;
    }
    if (`${key}/`.endsWith(tree)) this.#paths.add("");
  }

  /** Whether a path, relative to the tree, is one of them or lies below one. */
  covers(path: Uint8Array): boolean {
    if (this.#paths.size === 0) return false;
    const key = pathKey(path);
    for (let end = key.length; end > 0; end = key.lastIndexOf("/", end - 1)) {
      if (this.#paths.has(key.slice(0, end))) return true;
    }
    return this.#paths.has("");
  }
}
