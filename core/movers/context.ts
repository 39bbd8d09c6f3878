import { joinPath } from "../entry/path.ts";
import { NameIndex } from "../entry/name_index.ts";
import { BATCH_ENTRIES, NameTable } from "../entry/names.ts";
import { StatTable } from "../entry/stats.ts";
import type { CopyMethods } from "./copy_method.ts";
import type { Filter } from "../filter/mod.ts";
import { FATAL } from "./fatal.ts";
import type { Handle, Name, Result, Sys } from "../sys/mod.ts";
import type { EntryAction } from "../transfer/events.ts";
import { BEAT_MS } from "./beat.ts";
import { AbortReason, Control, type SharedMemory } from "./control.ts";
import { Counter, COUNTERS } from "./counters.ts";
import type { Job, JobSource } from "./job.ts";
import { type FailureCode, type Operation, Outbox, type Parcel } from "./outbox.ts";
import { type GroupOf, newLog, type RunLog } from "./run_log.ts";
import { openRootAt } from "./open_root.ts";
import type { Task } from "./task.ts";
import { noteWhereabouts } from "./whereabouts.ts";

/** Bytes read and written at a time; 128-256 KiB is fastest (1 MiB is 2-5 times slower on ext4). */
export const BUFFER_BYTES: number = 256 * 1024;

/** The main thread looks at the clock after each fourth file: that costs a part of a small one. */
const LOOK_MASK = 3;

/** Rows of the scratch table `own`. */
export const Own = { Source: 0, Destination: 1, Check: 2, Other: 3 } as const;

/**
 * What the stages need to do their work on one mover: the floor, the job, and buffers that are
 * made once and used for every batch.
 */
export class MoverContext {
  readonly names = new NameTable();
  readonly spare = new NameTable();
  /** What the destination directory at hand holds. */
  readonly there = new NameTable();
  readonly source = new StatTable();
  readonly destination = new StatTable();
  /** Scratch rows, see {@linkcode Own}. */
  readonly own = new StatTable(4);
  /** What each entry of the batch needs. */
  readonly needs = new Uint8Array(BATCH_ENTRIES);
  /** How stats of a batch went, see `Sys.statAll`. */
  readonly results = new Int32Array(BATCH_ENTRIES);
  readonly buffer = new Uint8Array(BUFFER_BYTES);
  /** For looking names up by their bytes. */
  readonly nameIndex = new NameIndex();
  /** A second buffer, for comparing. */
  get otherBuffer(): Uint8Array<ArrayBuffer> {
    return this.#otherBuffer ??= new Uint8Array(BUFFER_BYTES);
  }
  #otherBuffer: Uint8Array<ArrayBuffer> | undefined;
  readonly counters: Float64Array<SharedArrayBuffer>;
  readonly outbox: Outbox;
  /** Tasks found while working, depth first. */
  readonly stack: Task[] = [];
  /** Finest mtime step per destination device, once it had to be found out. */
  readonly timeSteps = new Map<string, number>();
  /** Devices that take times, as far as was looked. */
  readonly sureTimes = new Set<number>();
  /** How bytes move best, per pair of mounts. */
  readonly copyMethods = new Map<string, CopyMethods>();
  log: RunLog = newLog();
  /** Called with the number of subdirectories as soon as a directory is listed. */
  onSubdirectories: ((count: number) => void) | undefined;
  /** Hands on what has been found so far, while the task that has found it is still worked on. */
  share: (() => void) | undefined;
  /** In the phase of hard links: the names of the group that a name is of. */
  groupOf: GroupOf | undefined;
  /** What runs with `resume` have left in the destination directory that was read last. */
  partials: Name[] = [];
  /** Temporaries made so far; part of their names. */
  temporaries = 0;
  #backupRoot: Result = -1;
  #backupStat: StatTable | undefined;
  readonly #rootStats: (StatTable | undefined)[] = [];
  readonly #roots: (readonly [Handle, Handle] | undefined)[] = [];

  constructor(
    readonly sys: Sys,
    readonly job: Job,
    readonly memory: SharedMemory,
    readonly index: number,
    readonly filter: Filter | undefined,
    send: (parcel: Parcel) => void,
  ) {
    this.counters = memory.counters.subarray(index * COUNTERS, (index + 1) * COUNTERS);
    // The main thread is never watched; see WaitWatch.
    if (index > 0) {
      this.counters[Counter.ThreadId] = sys.threadId();
      sys.ownCredentials();
    }
    this.outbox = new Outbox(send);
  }

  /** The job's source number `index`. */
  jobSource(index: number): JobSource {
    return this.job.sources[index]!; // tasks only carry numbers of sources that exist
  }

  /** Adds to one of this mover's counters. */
  count(counter: number, amount = 1): void {
    this.counters[counter] = (this.counters[counter] ?? 0) + amount;
  }

  /** Notes what is about to be done in a directory, or with `name` in it; see {@linkcode Doing}. */
  isAt(doing: number, source: number, path: Name, name?: Name): void {
    noteWhereabouts(this.memory.whereabouts, this.index, doing, source, path, name);
  }

  /**
   * Whether a batch that has been worked on since `since` should be cut, and the rest be left to
   * tasks: others have nothing to do meanwhile, or the main thread's event loop does not turn.
   * Asked after each file, whose number is `index`.
   */
  isDue(since: number, index: number): boolean {
    const starves = Atomics.load(this.memory.control, Control.Idle) > 0;
    if (!starves && (this.index > 0 || (index & LOOK_MASK) !== 0)) return false;
    return performance.now() - since > BEAT_MS;
  }

  /** Whether the run is being stopped. */
  get stopping(): boolean {
    return Atomics.load(this.memory.control, Control.Abort) !== AbortReason.None;
  }

  /** Source root and destination root as handles, opened once; -1 when absent or not here. */
  roots(source: number): readonly [Handle, Handle] {
    const held = this.#roots[source];
    if (held) return held;
    const { root, rootBeneath, destination, destinationBeneath, absent } = this.jobSource(source);
    const opened = [
      openRootAt(this.sys, root, rootBeneath),
      absent ? -1 : openRootAt(this.sys, destination, destinationBeneath),
    ] as const;
    this.#roots[source] = opened;
    return opened;
  }

  /** Whether row `index` of `table` is the destination root itself. */
  isDestinationRoot(source: number, table: StatTable, index: number): boolean {
    let root = this.#rootStats[source];
    if (root === undefined) {
      root = this.#rootStats[source] = new StatTable(1);
      const [, destination] = this.roots(source);
      if (destination >= 0) this.sys.statHandle(destination, root, 0);
    }
    return root.sameInode(0, table, index);
  }

  /** The directory that backups go to as a handle, opened once, or a negated errno. */
  backupRoot(): Result {
    if (this.#backupRoot < 0) {
      this.#backupRoot = openRootAt(this.sys, this.job.backup, this.job.backupBeneath);
    }
    return this.#backupRoot;
  }

  /** Whether row `index` of `table` is the directory that backups go to. */
  isBackupRoot(table: StatTable, index: number): boolean {
    if (this.#backupStat === undefined) {
      const opened = this.backupRoot();
      const stat = new StatTable(1);
      if (opened < 0 || this.sys.statHandle(opened, stat, 0) < 0) return false;
      this.#backupStat = stat;
    }
    return this.#backupStat.sameInode(0, table, index);
  }

  /** Closes what `roots` and `backupRoot` opened. */
  release(): void {
    for (const held of this.#roots) {
      for (const handle of held ?? []) if (handle >= 0) this.sys.close(handle);
    }
    this.#roots.length = 0;
    if (this.#backupRoot >= 0) this.sys.close(this.#backupRoot);
    this.#backupRoot = -1;
  }

  /** Reports what happened to an entry, if anybody asked for it. */
  entry(
    action: EntryAction,
    kind: number,
    source: number,
    directory: Uint8Array,
    name: Uint8Array,
    size: number,
  ): void {
    if (!this.job.reportEntries) return;
    this.outbox.entry(action, kind, size, this.jobSource(source).prefix, directory, name);
  }

  /**
   * Records a failure of an entry, and stops the run when going on is pointless: the destination
   * is full or cannot be written at all.
   */
  fail(
    side: "source" | "destination",
    source: number,
    directory: Uint8Array,
    name: Uint8Array,
    operation: Operation,
    failure: Result | FailureCode,
  ): void {
    const base = shownRoot(this.jobSource(source), side);
    const path = joinPath(base, joinPath(directory, name)).subarray(0, -1);
    this.count(Counter.Failures);
    if (typeof failure === "string") {
      this.outbox.failure({ path, operation, errno: 0, code: failure });
      return;
    }
    const errno = -failure;
    this.outbox.failure({ path, operation, errno });
    // An inode has little room for attributes: ENOSPC may mean that alone (setxattr(2)).
    if (operation === "set the attributes of") return;
    if (side === "destination" && FATAL.has(errno)) {
      Atomics.compareExchange(
        this.memory.control,
        Control.Abort,
        AbortReason.None,
        AbortReason.Fatal,
      );
    }
  }

  /** Counts content that was written, and notes the moment of the first byte. */
  payload(bytes: number): void {
    this.count(Counter.BytesTransferred, bytes);
    this.noteFirstPayload();
  }

  /** Notes the moment of the first byte, here or on its way to where it is written. */
  noteFirstPayload(): void {
    if (this.counters[Counter.FirstPayload] === 0) {
      this.counters[Counter.FirstPayload] = performance.timeOrigin + performance.now();
    }
  }
}

/** What failures call the directory that a side of a source begins at. */
function shownRoot(source: JobSource, side: "source" | "destination"): Name {
  const [root, beneath, shown] = side === "source"
    ? [source.root, source.rootBeneath, source.rootShown]
    : [source.destination, source.destinationBeneath, source.destinationShown];
  return shown ?? joinPath(root ?? EMPTY, beneath ?? EMPTY);
}

const EMPTY: Name = new Uint8Array(1);
