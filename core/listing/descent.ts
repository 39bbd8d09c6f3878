import { NameTable } from "../entry/names.ts";
import { StatTable } from "../entry/stats.ts";
import { Errno, type Handle, type Name, type Result, type Sys } from "../sys/mod.ts";
import { Pending } from "./pending.ts";

const SLASH = 47;
/** Directories between the root and the one at hand that are held open at most. */
const HELD = 64;
/** Longest name that Linux has, in bytes (NAME_MAX), and room for portable's U+FFFDs. */
const NAME_BYTES = 1024;

/** A directory between the root and the one at hand, that one included. */
interface Level {
  /** -1 while it is closed. */
  handle: Handle;
  /** Bytes of the path that lead to what is in it. */
  readonly prefixLength: number;
  /** Where the walk goes on in the directory above it. */
  readonly above: { readonly start: number; readonly at: number };
  /** Which directory it was, noted when it was closed before its time. */
  identity: StatTable | undefined;
}

/**
 * The way from a root down to one directory and back. A directory is opened by its name in the one
 * above, which is held open meanwhile, so that nobody who renames or swaps directories can lead
 * the walk elsewhere. Of a deep way the last 64 are held; one that was closed is opened again as
 * the parent of the one below it (or by its path, if that has been moved away), and must be the
 * same inode.
 */
export class Descent {
  /** The names of the directory at hand, as `list` filled them. */
  readonly names: NameTable = new NameTable();
  /** What stands before the names of the directory at hand: its path and a slash, or nothing. */
  prefix: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  /** Bytes of `prefix` that count. */
  prefixLength = 0;
  /** The directory at hand; negative when it could not be opened again. */
  handle: Handle;
  /** How far below the root the directory at hand is. */
  depth = 0;
  /** The name that `enter` took last, with a NUL. */
  readonly name: Name = new Uint8Array(NAME_BYTES);
  /** Its length without the NUL. */
  nameLength = 0;
  readonly #sys: Sys;
  readonly #levels: Level[];
  readonly #pending = new Pending();
  /** The levels from 1 up to here are closed. */
  #closed = 0;

  /**
   * Begins at a root that is open; `close` closes it. With `sameMount` a directory that something is
   * mounted on cannot be entered: -EXDEV.
   */
  constructor(sys: Sys, root: Handle, readonly sameMount = false) {
    this.#sys = sys;
    this.handle = root;
    this.#levels = [{
      handle: root,
      prefixLength: 0,
      above: this.#pending.enter(),
      identity: undefined,
    }];
  }

  /** Reads the next names of the directory at hand, as `Sys.list` does. */
  list(): Result {
    return this.#sys.list(this.handle, this.names);
  }

  /** Notes that entry `index` of `names` is a directory to be entered. */
  remember(index: number): void {
    const { bytes, offsets, lengths } = this.names;
    this.#pending.add(bytes, offsets[index]!, lengths[index]!); // callers ask for what there is
  }

  /** Whether the directory at hand has subdirectories that have not been entered. */
  get hasNext(): boolean {
    return this.#pending.hasNext;
  }

  /** Subdirectories of the directory at hand come by name. */
  sort(): void {
    this.#pending.sort();
  }

  /** Opens the next subdirectory, which is then at hand; a negated errno leaves all as it is. */
  enter(): Result {
    this.nameLength = this.#pending.take(this.name);
    const opened = this.handle < 0
      ? -Errno.ENOENT
      : this.#sys.openBeneath(this.handle, this.name, this.sameMount);
    if (opened < 0) return opened;
    this.#extend();
    this.depth++;
    this.handle = opened;
    this.#levels.push({
      handle: opened,
      prefixLength: this.prefixLength,
      above: this.#pending.enter(),
      identity: undefined,
    });
    if (this.depth - this.#closed > HELD) this.#closeShallowest();
    return 0;
  }

  #extend(): void {
    const length = this.prefixLength + this.nameLength + 1;
    if (length >= this.prefix.length) {
      const grown = new Uint8Array(length * 2);
      grown.set(this.prefix.subarray(0, this.prefixLength));
      this.prefix = grown;
    }
    this.prefix.set(this.name.subarray(0, this.nameLength), this.prefixLength);
    this.prefix[length - 1] = SLASH;
    this.prefixLength = length;
  }

  #closeShallowest(): void {
    const level = this.#levels[++this.#closed]!; // there are more levels than closed ones
    level.identity = new StatTable(1);
    this.#sys.statHandle(level.handle, level.identity, 0);
    this.#sys.close(level.handle);
    level.handle = -1;
  }

  /**
   * Goes back to the directory above, which is then at hand; false at the root. Where that can no
   * longer be had, `handle` is negative and what it holds is skipped.
   */
  leave(): boolean {
    const left = this.#levels.pop();
    const level = this.#levels[this.#levels.length - 1];
    if (left === undefined || level === undefined) {
      if (left !== undefined) this.#levels.push(left);
      return false;
    }
    this.#pending.leave(left.above);
    this.depth--;
    this.prefixLength = level.prefixLength;
    if (this.depth > 0 && this.depth === this.#closed) {
      level.handle = this.#reopen(level, left.handle);
      this.#closed--;
    }
    if (left.handle >= 0) this.#sys.close(left.handle);
    this.handle = level.handle;
    return true;
  }

  #reopen({ identity, prefixLength }: Level, below: Handle): Result {
    if (below >= 0) {
      const parent = this.#same(this.#sys.openParent(below), identity);
      if (parent >= 0) return parent;
    }
    const path = this.prefix.slice(0, prefixLength);
    path[prefixLength - 1] = 0; // in the place of the slash
    const root = this.#levels[0]!.handle; // never closed
    return this.#same(this.#sys.openBeneath(root, path, this.sameMount), identity);
  }

  /** What was opened, if it is the directory that it was; else it is closed. */
  #same(opened: Result, identity: StatTable | undefined): Result {
    if (opened < 0 || identity === undefined) return opened;
    const stats = new StatTable(1);
    const result = this.#sys.statHandle(opened, stats, 0);
    if (result >= 0 && stats.sameInode(0, identity, 0)) return opened;
    this.#sys.close(opened);
    return result < 0 ? result : -Errno.ENOENT;
  }

  /** Forgets the subdirectories of the directory at hand that have not been entered. */
  skip(): void {
    this.#pending.skip();
  }

  /** Closes all that is held. */
  close(): void {
    for (const { handle } of this.#levels) if (handle >= 0) this.#sys.close(handle);
    this.#levels.length = 0;
    this.handle = -1;
  }
}
