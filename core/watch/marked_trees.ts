import { displayPath } from "../entry/display.ts";
import type { Fanotify, FileId, MarkedMount } from "../sys/linux/fanotify.ts";
import { latin } from "../sys/linux/fanotify.ts";
import { Errno, type Handle, type Name, type Result } from "../sys/mod.ts";

/** A directory of a tree; its path relative to the root, one character a byte. */
export interface Place {
  readonly tree: number;
  readonly path: string;
}

/** A tree on a marked file system. */
export interface MarkedTree {
  readonly tree: number;
  readonly handle: Handle;
  /** As it was given. */
  readonly name: Name;
  /** Where it lay when it was added, as the kernel says. */
  readonly path: string;
  readonly mount: MarkedMount;
}

/** Directories are kept in mind up to so many. */
const KNOWN_MAX = 100_000;

/** Finds out where in the trees a directory lies of which the kernel has told. */
export class MarkedTrees {
  readonly #roots: MarkedTree[] = [];
  readonly #known = new Map<string, Place | undefined>();
  #lost: string | undefined;

  constructor(readonly fanotify: Fanotify) {}

  /** The trees. */
  get roots(): readonly MarkedTree[] {
    return this.#roots;
  }

  root(tree: number): MarkedTree | undefined {
    return this.#roots.find((root) => root.tree === tree);
  }

  /** Marks the file system of a tree; 0, or a negated errno where that cannot be. */
  add(tree: number, handle: Handle, name: Name, events: number): Result {
    const mount = this.fanotify.mark(handle, events);
    if (typeof mount === "number") return mount;
    const path = this.fanotify.pathOf(handle);
    if (typeof path === "number") return path;
    this.#roots.push({ tree, handle, name, path, mount });
    const [one, other] = this.#roots;
    const overlap = one !== undefined && other !== undefined &&
      (below(one.path, other.path) ?? below(other.path, one.path)) !== undefined;
    if (overlap) this.#lost = "The two trees overlap.";
    return 0;
  }

  /** Directories were renamed, or something was mounted: all has to be found out again. */
  forget(): void {
    this.#known.clear();
  }

  /**
   * Why they are no longer what they were, in a sentence. It is looked at each time: nobody tells
   * that a directory above the mount was renamed, and then no path is found below a root.
   */
  whyLost(): string | undefined {
    for (const { handle, path, name } of this.#roots) {
      if (this.fanotify.pathOf(handle) === path) continue;
      this.#lost ??= `"${displayPath(name)}" was moved or removed.`;
    }
    return this.#lost;
  }

  /** The directory, undefined if it is in no tree (any more), `unknown` if that cannot be told. */
  placeOf(directory: FileId): Place | undefined | "unknown" {
    const key = latin(directory);
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.has(key)) return known;
    // A part with an id of its own (a subvolume of btrfs) may lie in a tree or elsewhere.
    if (!this.#roots.some(({ mount }) => key.startsWith(mount.fsid))) return "unknown";
    const asked = new Set<number>();
    let found: Place | undefined;
    for (const { mount } of this.#roots) {
      if (!key.startsWith(mount.fsid) || asked.has(mount.id)) continue;
      asked.add(mount.id);
      const path = this.#pathOf(mount, directory);
      // Removed: that was told of the directory that it was in.
      if (path === -Errno.ESTALE) return undefined;
      if (typeof path === "number") return "unknown";
      found ??= this.#placeAt(mount, path);
    }
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }

  #pathOf(mount: MarkedMount, directory: FileId): string | Result {
    const handle = this.fanotify.open(mount, directory);
    if (handle < 0) return handle;
    const path = this.fanotify.pathOf(handle);
    this.fanotify.close(handle);
    return path;
  }

  #placeAt(mount: MarkedMount, path: string): Place | undefined {
    for (const root of this.#roots) {
      if (root.mount.id !== mount.id) continue;
      const rest = below(root.path, path);
      if (rest !== undefined) return { tree: root.tree, path: rest };
    }
    return undefined;
  }
}

/** What of a path lies below another; undefined if it does not. */
function below(root: string, path: string): string | undefined {
  if (path === root) return "";
  const start = root === "/" ? "/" : `${root}/`;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}
