import { StatTable } from "../entry/stats.ts";
import { type Fanotify, type FileId, latin } from "../sys/linux/fanotify.ts";
import { Errno, type Handle, type Sys } from "../sys/mod.ts";
import type { MarkedTrees } from "./marked_trees.ts";
import { nameOf } from "./walk_directories.ts";

/** More files that were written to between two looks are not told apart. */
const WRITTEN_MAX = 20_000;

/** A name in a directory, as an event gives both; one character a byte. */
interface Named {
  readonly directory: string;
  readonly name: string;
}

/**
 * Files that were written to by names in the trees. An event gives the name by which a file was
 * opened, which may be gone meanwhile, or another file's, while the file has another that nobody
 * wrote to: `exec 8>>a; ln a b/a; rm a; echo >&8`. So each is looked up.
 */
export class WrittenNames {
  readonly #stats = new StatTable(1);
  readonly #written = new Map<string, Named & { readonly file: string }>();
  readonly #arrived = new Map<string, Named>();
  #isFull = false;

  constructor(
    readonly sys: Sys,
    readonly fanotify: Fanotify,
    readonly trees: MarkedTrees,
  ) {}

  /** A file was changed by a name. */
  written(directory: FileId, name: Uint8Array, file: FileId): void {
    const named = { directory: latin(directory), name: latin(name), file: latin(file) };
    this.#keep(this.#written, `${named.directory}/${named.name}/${named.file}`, named);
  }

  /** A file has got a name; its directory is looked at. */
  arrived(directory: FileId, name: Uint8Array): void {
    const named = { directory: latin(directory), name: latin(name) };
    this.#keep(this.#arrived, `${named.directory}/${named.name}`, named);
  }

  /** Whether one of them may be somewhere in the trees where nobody looks. Then all are forgotten. */
  isAnyElsewhere(): boolean {
    const isAny = this.#isFull || this.#isAnyLost();
    this.#written.clear();
    this.#arrived.clear();
    this.#isFull = false;
    return isAny;
  }

  /** Whether a file has no name any more, anywhere. */
  isRemoved(file: FileId): boolean {
    return this.#linksOf(file) === 0;
  }

  #keep<Value extends Named>(into: Map<string, Value>, key: string, value: Value): void {
    if (into.size < WRITTEN_MAX) into.set(key, value);
    else this.#isFull = true;
  }

  #isAnyLost(): boolean {
    if (this.#written.size === 0) return false;
    const opened = new Map<string, Handle>();
    try {
      let arrived: Set<string | undefined> | undefined;
      for (const named of this.#written.values()) {
        if (this.#fileAt(named, opened) === named.file) continue;
        const links = this.#linksOf(bytesOf(named.file));
        if (links === 0) continue;
        arrived ??= new Set([...this.#arrived.values()].map((at) => this.#fileAt(at, opened)));
        if (links !== 1 || !arrived.has(named.file)) return true;
      }
      return false;
    } finally {
      for (const handle of opened.values()) if (handle >= 0) this.fanotify.close(handle);
    }
  }

  /** The file that has a name now; undefined where none has. */
  #fileAt({ directory, name }: Named, opened: Map<string, Handle>): string | undefined {
    const mount = this.#mountOf(directory);
    if (mount === undefined) return undefined;
    const handle = opened.get(directory) ?? this.fanotify.open(mount, bytesOf(directory));
    opened.set(directory, handle);
    if (handle < 0) return undefined;
    const id = this.fanotify.idOf(handle, nameOf(name), mount.fsid);
    return typeof id === "string" ? id : undefined;
  }

  /** How many names a file has; undefined where that cannot be told. */
  #linksOf(file: FileId): number | undefined {
    const mount = this.#mountOf(latin(file));
    if (mount === undefined) return undefined;
    const handle = this.fanotify.open(mount, file);
    if (handle < 0) return handle === -Errno.ESTALE ? 0 : undefined;
    const result = this.sys.statHandle(handle, this.#stats, 0);
    this.fanotify.close(handle);
    return result < 0 ? undefined : this.#stats.links[0];
  }

  #mountOf(id: string) {
    return this.trees.roots.find(({ mount }) => id.startsWith(mount.fsid))?.mount;
  }
}

function bytesOf(id: string): FileId {
  return Uint8Array.from(id, (character) => character.charCodeAt(0));
}
