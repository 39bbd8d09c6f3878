import { Kind } from "../entry/kind.ts";
import { StatTable } from "../entry/stats.ts";
import type { MoverContext } from "../movers/context.ts";
import { partialName } from "../movers/temporary.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Name } from "../sys/mod.ts";
import {
  decodeJournal,
  encodeJournal,
  type Journal,
  JOURNAL_BYTES,
  journalOffset,
} from "./journal.ts";
import { isSameState, type SourceState, UNKNOWN_STATE } from "./source_state.ts";
import { type Stamp, stampOf } from "./stamp.ts";

/** Files from this size on are gone on with; smaller ones are sent again in no time. */
export const RESUME_BYTES: number = 8 * 1024 * 1024;

/** A journal is written after so many bytes, */
const JOURNAL_EVERY_BYTES: number = 8 * 1024 * 1024;
/** or after so long. */
const JOURNAL_EVERY_MS = 100;

/**
 * How long after its journal a partial may have been changed last, by its change time, for the
 * journal to be believed: what was written in between is ours. Later, somebody may have edited it,
 * or blit was slow; then everything is compared, and nothing lost but time.
 */
const GRACE_MS = 200;
/** The same after the last journal of a run, which nothing follows. */
const FINAL_GRACE_MS = 1;
/** How often that is written at most, until it is within one tick of the kernel's clock. */
const FINAL_TRIES = 8;

/** Only its owner reads or writes what is not finished. */
const PARTIAL_MODE = 0o600;

/** What must be known of a source's file to go on with it, or to let a later run do so. */
export interface ResumableSource {
  readonly size: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanoseconds: number;
  /** 512-byte blocks in use. */
  readonly blocks: number;
  /** Undefined if only the other end knows it, which then says whether what is proven holds. */
  readonly state: SourceState | undefined;
}

const journalBytes = new Uint8Array(JOURNAL_BYTES);
const changed = new Float64Array(2);

/**
 * What is there of a large file: a temporary whose name every run finds again, locked while it is
 * worked on. It holds the content from the beginning, holes where nothing has come, and behind the
 * content its {@linkcode Journal}. It stays when the run is cut off, however that happens.
 */
export class Partial {
  /** Bytes from the beginning that are known to be the source's. */
  proven = 0;
  /** Up to here there may be something; behind it are zeros. */
  filled = 0;
  /** The state of the source that `proven` is of. */
  state: SourceState;
  /** What it was when it was opened. */
  readonly stamp: Stamp;
  #journaled = 0;
  #journaledAt = 0;
  /** There is no room for a journal. */
  #isMute = false;

  private constructor(
    readonly context: MoverContext,
    readonly handle: Handle,
    readonly name: Name,
    readonly stat: StatTable,
    readonly source: ResumableSource,
  ) {
    this.state = source.state ?? UNKNOWN_STATE;
    this.stamp = stampOf(context, handle);
  }

  /**
   * Opens what is there for `target`, or begins it; undefined where that cannot be: somebody else
   * works on it, something else has its name, or the file system has no locks.
   */
  static open(
    context: MoverContext,
    directory: Handle,
    target: Name,
    source: ResumableSource,
  ): Partial | undefined {
    const { sys } = context;
    const name = partialName(target);
    const stat = new StatTable(1);
    for (let attempt = 0; attempt < 3; attempt++) {
      let file = openOwn(context, directory, name, stat);
      const isNew = file === -Errno.ENOENT;
      if (isNew) file = sys.create(directory, name, PARTIAL_MODE);
      if (file < 0) {
        if (file === -Errno.EEXIST || (!isNew && sys.unlink(directory, name) === 0)) continue;
        return undefined;
      }
      const locked = sys.tryLock(file);
      if (locked === 0 && isStill(context, directory, name, file, stat)) {
        const partial = new Partial(context, file, name, stat, source);
        if (partial.#begin()) return partial;
        sys.close(file);
        return undefined;
      }
      sys.close(file);
      if (locked < 0) return undefined;
    }
    return undefined;
  }

  /**
   * Notes that the first `position` bytes are the source's, as they are in the file now, which
   * stands there.
   */
  prove(position: number): void {
    this.proven = position;
    const isDue = position - this.#journaled >= JOURNAL_EVERY_BYTES ||
      performance.now() - this.#journaledAt >= JOURNAL_EVERY_MS;
    if (!isDue) return;
    this.#write();
    this.context.sys.seek(this.handle, position);
  }

  /** The same when it has been emptied, for a source that has changed. */
  restarted(source: ResumableSource): Partial {
    const partial = new Partial(this.context, this.handle, this.name, this.stat, source);
    partial.#write();
    return partial;
  }

  /** Leaves it for the next run, and closes it; gives what it is then. */
  leave(): Stamp {
    this.#write(true);
    const stamp = stampOf(this.context, this.handle);
    this.context.sys.close(this.handle);
    return stamp;
  }

  /** Takes stock of what is there, and cuts off what is not; false where that fails. */
  #begin(): boolean {
    const { context, handle, source, stat } = this;
    const { sys } = context;
    const length = stat.size[0]!; // the one row
    const journal = this.#read(length);
    this.filled = Math.min(journal?.size ?? length, source.size);
    const isSparse = source.blocks * 512 < source.size;
    if (journal !== undefined && !isSparse && this.#isTrusted(journal)) {
      this.proven = journal.proven;
      this.state = journal.state;
    }
    // Files without holes are written from the beginning on: behind the first hole is nothing.
    if (!isSparse && sys.capabilities.seekHoles && this.filled > 0) {
      const hole = sys.seekHole(handle, 0);
      if (hole >= 0) this.filled = Math.min(this.filled, hole);
      // It claims more than there is.
      if (this.proven > this.filled) this.proven = 0;
    }
    if (sys.truncate(handle, this.filled) < 0) return false;
    this.#write();
    return sys.seek(handle, 0) >= 0;
  }

  #read(length: number): Journal | undefined {
    const { sys } = this.context;
    const at = length - JOURNAL_BYTES;
    if (at < 0 || sys.seek(this.handle, at) < 0) return undefined;
    if (sys.read(this.handle, journalBytes, JOURNAL_BYTES) !== JOURNAL_BYTES) return undefined;
    const journal = decodeJournal(journalBytes);
    return journal !== undefined && journalOffset(journal.size) === at ? journal : undefined;
  }

  /** Whether what a journal says still holds; see docs/resume.md. */
  #isTrusted(journal: Journal): boolean {
    const { source, stat } = this;
    const { boot } = this.context.job.resume ?? { boot: "" };
    if (boot === "" || journal.boot !== boot) return false;
    const isOfSource = journal.size === source.size &&
      journal.mtimeSeconds === source.mtimeSeconds &&
      journal.mtimeNanoseconds === source.mtimeNanoseconds &&
      isSameState(journal.state, source.state ?? journal.state);
    const isOwn = journal.inodeLow === stat.inodeLow[0] && journal.inodeHigh === stat.inodeHigh[0];
    if (!isOfSource || !isOwn) return false;
    if (this.context.sys.changeTime(this.handle, changed) < 0) return false;
    const [seconds = 0, nanoseconds = 0] = changed;
    return isSoonAfter(journal, seconds, nanoseconds) &&
      isSoonAfter(journal, stat.mtimeSeconds[0]!, stat.mtimeNanoseconds[0]!); // the one row
  }

  /** Writes the journal. What it says holds from then on: all content was written before. */
  #write(isFinal = false): void {
    this.#journaled = this.proven;
    if (this.#isMute) return;
    // The first tells the time by the file system's clock; the second puts it down.
    if (!this.#put(0, 0, false) || this.context.sys.changeTime(this.handle, changed) < 0) {
      this.#isMute = true;
      return;
    }
    for (let tries = isFinal ? FINAL_TRIES : 1; tries > 0; tries--) {
      const [seconds = 0, nanoseconds = 0] = changed;
      this.#put(seconds, nanoseconds, isFinal);
      if (!isFinal || this.context.sys.changeTime(this.handle, changed) < 0) break;
      const ms = (changed[0]! - seconds) * 1000 + (changed[1]! - nanoseconds) / 1e6; // just told
      if (ms <= FINAL_GRACE_MS) break;
    }
    this.#journaledAt = performance.now();
  }

  #put(writtenSeconds: number, writtenNanoseconds: number, isFinal: boolean): boolean {
    const { handle, source, stat, proven } = this;
    const { sys, job } = this.context;
    const bytes = encodeJournal({
      proven,
      size: source.size,
      mtimeSeconds: source.mtimeSeconds,
      mtimeNanoseconds: source.mtimeNanoseconds,
      state: this.state,
      inodeLow: stat.inodeLow[0]!, // the one row
      inodeHigh: stat.inodeHigh[0]!,
      writtenSeconds,
      writtenNanoseconds,
      isFinal,
      boot: job.resume?.boot ?? "",
    });
    return sys.seek(handle, journalOffset(source.size)) >= 0 &&
      sys.write(handle, bytes, bytes.length) === bytes.length;
  }
}

function isSoonAfter(journal: Journal, seconds: number, nanoseconds: number): boolean {
  const ms = (seconds - journal.writtenSeconds) * 1000 +
    (nanoseconds - journal.writtenNanoseconds) / 1e6;
  return ms >= 0 && ms <= (journal.isFinal ? FINAL_GRACE_MS : GRACE_MS);
}

/**
 * Opens what has the name if it is a file of this user's alone. -ENOENT if there is nothing; any
 * other failure says that it is not to be used.
 */
function openOwn(context: MoverContext, directory: Handle, name: Name, stat: StatTable): number {
  const { sys } = context;
  const there = sys.stat(directory, name, stat, 0);
  if (there < 0) return there;
  const isOwner = !sys.capabilities.owners || stat.uid[0] === sys.identity.uid;
  if (stat.kind(0) !== Kind.File || stat.links[0]! > 1 || !isOwner) return -Errno.EPERM;
  const file = sys.openWrite(directory, name);
  return file === -Errno.ENOENT ? -Errno.EEXIST : file; // gone meanwhile: once more
}

/** Whether the name still stands for the open file, and for no other user's or second name's. */
function isStill(
  context: MoverContext,
  directory: Handle,
  name: Name,
  file: Handle,
  stat: StatTable,
): boolean {
  const { sys } = context;
  const named = new StatTable(1);
  if (sys.stat(directory, name, named, 0) < 0 || sys.statHandle(file, stat, 0) < 0) return false;
  const isOwner = !sys.capabilities.owners || stat.uid[0] === sys.identity.uid;
  const isSame = stat.kind(0) === Kind.File && stat.links[0] === 1 && isOwner &&
    stat.sameInode(0, named, 0);
  if (isSame && (stat.mode[0]! & 0o777) !== PARTIAL_MODE) sys.setModeHandle(file, PARTIAL_MODE);
  return isSame;
}
