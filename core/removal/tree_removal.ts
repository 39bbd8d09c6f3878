import { Kind } from "../entry/kind.ts";
import { pathKey } from "../entry/path.ts";
import { StatTable } from "../entry/stats.ts";
import { Descent } from "../listing/descent.ts";
import { Failures } from "../listing/failures.ts";
import type { ListingFailure } from "../listing/types.ts";
import type { ListingWork } from "../listing/work.ts";
import type { FailureCode, Operation } from "../movers/outbox.ts";
import { Errno, type Name, type Result, type Sys } from "../sys/mod.ts";
import type { NamedEntry } from "./named_entry.ts";
import type { Removed } from "./removed.ts";

/** How long one pull may work. */
const SLICE_MS = 20;
/** How often a directory is emptied that others fill meanwhile, or whose listing left things out. */
const MOST_PASSES = 16;
const NO_NAME = new Uint8Array(0);

/** What has become of the entries of a directory that is being emptied. */
interface Emptying {
  /** They stay, each with a failure. */
  staying: number;
  /** They have gone since it was opened. */
  gone: number;
}

const State = { Begin: 0, List: 1, Descend: 2, End: 3 } as const;

/**
 * Removes a directory and what is below it, from the leaves up. A directory is listed as a whole, and
 * what is no directory goes at once; then its subdirectories are emptied one by one, and it goes
 * itself if nothing in it has stayed. A dry run leaves out the two calls that remove.
 *
 * Every name is removed relative to the directory it was listed in, which is held open (or was
 * opened again and is the same inode): a link that somebody puts in the place of a directory
 * leads nowhere.
 */
export class TreeRemoval implements ListingWork<Removed> {
  readonly #sys: Sys;
  readonly #named: NamedEntry;
  readonly #dryRun: boolean;
  readonly #chunk: Removed;
  readonly #descent: Descent;
  readonly #failures: Failures;
  readonly #stats = new StatTable(1);
  /** From the directory that holds what was named down to the one at hand. */
  readonly #emptying: Emptying[] = [];
  /** How often a directory was emptied and was not empty, by its path. */
  readonly #passes = new Map<string, number>();
  /** Bytes of `Descent.prefix` that lead into what was named; paths in chunks begin behind them. */
  readonly #skipped: number;
  /** `Descent.prefix` from there on. */
  #prefix: Uint8Array = NO_NAME;
  #state: number = State.Begin;
  /** The next of the names at hand. */
  #at = 0;

  constructor(sys: Sys, named: NamedEntry, dryRun: boolean, chunk: Removed) {
    this.#sys = sys;
    this.#chunk = chunk;
    this.#named = named;
    this.#dryRun = dryRun;
    this.#skipped = named.name.length; // the slash stands in the place of the NUL
    this.#descent = new Descent(sys, named.directory, true);
    this.#failures = new Failures(named.shown);
  }

  next(): Removed | ListingFailure | undefined {
    const waiting = this.#failures.take();
    if (waiting !== undefined) return waiting;
    if (this.#state === State.End) return undefined;
    this.#chunk.clear();
    const deadline = performance.now() + SLICE_MS;
    do this.#step(); while (
      this.#state !== State.End && !this.#chunk.paths.isFull && this.#failures.isEmpty &&
      performance.now() < deadline
    );
    if (this.#chunk.count > 0) return this.#chunk;
    return this.#failures.take() ?? (this.#state === State.End ? undefined : this.#chunk);
  }

  close(): void {
    this.#state = State.End;
    this.#descent.close();
  }

  #step(): void {
    if (this.#state === State.List) this.#list();
    else if (this.#state === State.Descend) this.#descend();
    else this.#begin();
  }

  #begin(): void {
    this.#emptying.push({ staying: 0, gone: 0 });
    this.#enterLater(this.#named.name);
    this.#state = State.Descend;
  }

  #list(): void {
    const { names } = this.#descent;
    if (this.#at < names.count) {
      this.#removeListed(this.#at++);
      return;
    }
    const count = this.#descent.list();
    this.#at = 0;
    if (count > 0) return;
    names.clear();
    if (count < 0) this.#keep(NO_NAME, "list", count);
    this.#state = State.Descend;
  }

  #removeListed(index: number): void {
    const { names, handle } = this.#descent;
    const name = names.at(index);
    let kind = names.kinds[index]!; // below the count
    let size = 0;
    if (kind === Kind.File || kind === Kind.Unknown) {
      const result = this.#sys.stat(handle, name, this.#stats, 0);
      if (result === -Errno.ENOENT) return;
      if (result < 0) return this.#keep(name, "read", result);
      kind = this.#stats.kind(0);
      if (kind === Kind.File) size = this.#stats.size[0]!; // just filled
    }
    if (kind === Kind.Directory) this.#descent.remember(index);
    else if (this.#removeOther(name, kind, size) === -Errno.EISDIR) this.#descent.remember(index);
  }

  /** Removes what is no directory; -EISDIR, and nothing said, where it has become one. */
  #removeOther(name: Name, kind: number, size: number): Result {
    const { handle, prefixLength } = this.#descent;
    const result = this.#dryRun ? 0 : this.#sys.unlink(handle, name);
    if (result === 0) this.#tell(prefixLength, name, name.indexOf(0), kind, size);
    else if (result !== -Errno.ENOENT && result !== -Errno.EISDIR) {
      this.#keep(name, "remove", result);
    }
    return result;
  }

  #descend(): void {
    const descent = this.#descent;
    if (descent.handle < 0) {
      this.#keep(NO_NAME, "open", "REPLACED");
      descent.skip();
      this.#leave();
    } else if (descent.hasNext) this.#enter();
    else if (descent.depth > 0) this.#leave();
    else this.#state = State.End;
  }

  #enter(): void {
    const descent = this.#descent;
    const { name } = descent;
    const result = descent.enter();
    if (result >= 0) {
      this.#emptying.push({ staying: 0, gone: 0 });
      this.#state = State.List;
    } else if (result === -Errno.EXDEV) this.#keep(name, "remove", "MOUNT_POINT");
    else if (result === -Errno.ENOTDIR || result === -Errno.ELOOP) this.#removeSwapped(name);
    else if (result !== -Errno.ENOENT) this.#keep(name, "open", result);
  }

  /** Removes what was a directory when it was listed and is none now. */
  #removeSwapped(name: Name): void {
    const told = this.#sys.stat(this.#descent.handle, name, this.#stats, 0);
    if (told === -Errno.ENOENT) return;
    const kind = told < 0 ? Kind.Unknown : this.#stats.kind(0);
    const size = kind === Kind.File ? this.#stats.size[0]! : 0; // just filled
    const result = kind === Kind.Directory ? -Errno.EISDIR : this.#removeOther(name, kind, size);
    if (result === -Errno.EISDIR) this.#keep(name, "remove", "REPLACED");
  }

  /** Goes up, and removes the directory that was left. */
  #leave(): void {
    const descent = this.#descent;
    const end = descent.prefixLength;
    const left = this.#emptying.pop();
    descent.leave();
    if (left === undefined || left.staying > 0) {
      this.#above.staying++;
      return;
    }
    if (descent.handle < 0) return; // said when it is its turn
    const name = descent.prefix.slice(descent.prefixLength, end);
    name[name.length - 1] = 0; // in the place of the slash
    const result = this.#dryRun ? 0 : this.#sys.removeDirectory(descent.handle, name);
    if (result === 0) this.#tell(end - 1, NO_NAME, 0, Kind.Directory, 0);
    // POSIX lets a listing leave out what others add meanwhile (readdir(3)).
    else if (left.gone > 0 && isNotEmpty(result) && this.#mayTryAgain(end)) this.#enterLater(name);
    else if (result !== -Errno.ENOENT) this.#keep(name, "remove", result);
  }

  #mayTryAgain(end: number): boolean {
    const key = pathKey(this.#descent.prefix.subarray(0, end));
    const passes = (this.#passes.get(key) ?? 0) + 1;
    this.#passes.set(key, passes);
    return passes < MOST_PASSES;
  }

  /** A directory of this name in the one at hand is to be entered. */
  #enterLater(name: Name): void {
    const { names } = this.#descent;
    names.clear();
    names.add(name, Kind.Directory);
    this.#descent.remember(0);
    names.clear();
  }

  get #above(): Emptying {
    return this.#emptying[this.#emptying.length - 1]!; // the first is never popped
  }

  /** A row: the first `prefixLength` bytes of `Descent.prefix`, and `name`. */
  #tell(prefixLength: number, name: Uint8Array, length: number, kind: number, size: number): void {
    const { prefix } = this.#descent;
    if (this.#prefix.buffer !== prefix.buffer) this.#prefix = prefix.subarray(this.#skipped);
    const shared = Math.max(0, prefixLength - this.#skipped);
    this.#chunk.add(this.#prefix, shared, name, length, kind, size);
    this.#above.gone++;
  }

  /** Something in the directory at hand stays, or (without a name) that directory. */
  #keep(name: Uint8Array, operation: Operation, why: Result | FailureCode): void {
    const { prefix, prefixLength } = this.#descent;
    this.#failures.add(prefix.subarray(0, prefixLength), name, operation, why);
    this.#above.staying++;
  }
}

function isNotEmpty(result: Result): boolean {
  return result === -Errno.ENOTEMPTY || result === -Errno.EEXIST;
}
