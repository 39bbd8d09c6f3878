import type { Name } from "../sys/mod.ts";

/** One directory of a watched tree. Names are strings of one character a byte. */
export class WatchedDirectory {
  /** The number of its watch; -1 while it has none. */
  watch = -1;
  readonly children: Map<string, WatchedDirectory> = new Map();

  constructor(
    readonly tree: number,
    readonly name: string,
    /** Undefined for a root, and for what has been taken out of the tree. */
    public parent: WatchedDirectory | undefined,
    readonly isRoot: boolean,
  ) {}

  /** Whether it is still part of its tree. */
  get isAttached(): boolean {
    if (this.isRoot) return true;
    return this.parent?.children.get(this.name) === this && this.parent.isAttached;
  }

  /** Relative to the root, NUL-terminated. */
  get path(): Name {
    const names: string[] = [];
    // Only a root has no name.
    if (!this.isRoot) names.push(this.name);
    for (let at = this.parent; at?.isRoot === false; at = at.parent) names.push(at.name);
    const text = names.reverse().join("/");
    const path = new Uint8Array(text.length + 1);
    for (let at = 0; at < text.length; at++) path[at] = text.charCodeAt(at);
    return path;
  }

  /** This directory and all below it. */
  *all(): Generator<WatchedDirectory> {
    yield this;
    for (const child of this.children.values()) yield* child.all();
  }
}
