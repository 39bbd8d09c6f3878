import type { Name } from "../sys/mod.ts";
import type { TransferEvent, TransferSummary } from "../transfer/events.ts";
import { TransferError } from "../transfer/failure.ts";
import type { TransferOptions } from "../transfer/options.ts";
import { sweep, type Swept } from "../transfer/sweep.ts";
import { type Pair, pairOf } from "./asking/pair.ts";
import { type Answer, isCovered, type Question } from "./asking/protocol.ts";
import { DirtySet } from "./dirty_set.ts";
import { openWatcher } from "./open_watcher.ts";
import type { WatchOptions, WatchState } from "./types.ts";
import type { TreeWatcher, WatchedBy } from "./watcher.ts";

const SOURCE = 0;
const DESTINATION = 1;
/** After a change others are waited for: programs write several files, and a file in pieces. */
const DEBOUNCE_MS = 100;
/** No more than a fifth of the time is spent on sweeps. */
const REST = 4;
const REST_MAX_MS = 30_000;
/** What fails, or waits for a yes, is tried less and less often: trying touches directories. */
const FUTILE_MAX_MS = 5_000;
/** Waiting for news ends now and then all the same. */
const WAIT_MS = 60_000;
/** What failed is tried again after so long. */
const RETRY_MS = 30_000;
/**
 * After so long everything is watched and compared anew: what no system tells of (docs/watch.md)
 * is found then.
 */
const REVIEW_MS = 600_000;
/**
 * A queue for whole file systems that has overflowed so often since the last review hears too much
 * of others: then every directory gets a watch of its own, where that can be had.
 */
const OVERFLOWS_MAX = 3;
/** Sentences that are kept in mind. */
const SAID_MAX = 1000;
/** Failures that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "stalled"]);

/**
 * Keeps a pair of trees in sight. Watches are set before anybody looks; then what is dirty
 * is compared, and if there was nothing to do and nothing was heard meanwhile, it is proven.
 * Whatever a mirror writes is heard too, and so is proven by being looked at once more.
 */
export class Resident {
  readonly #dirty = new DirtySet();
  #watcher: TreeWatcher | undefined;
  #sweeping = false;
  #lost: string | undefined;
  #told = "";
  #lastSweepMs = 0;
  /** What is waited for besides, after sweeps that could not do all. */
  #futileMs = 0;
  /** What was said of them, which is not said again. */
  readonly #said = new Set<string>();
  #begun = 0;
  #overflows = 0;
  #mustBegin = false;

  constructor(
    readonly pair: Pair,
    readonly kept: Question,
    readonly options: WatchOptions,
  ) {}

  /** How many directories are watched. */
  get directories(): number | undefined {
    return this.#watcher?.directories;
  }

  /** What tells of changes. */
  get by(): WatchedBy {
    return this.#watcher?.by ?? "inotify";
  }

  /** Sets the watches. */
  async begin(): Promise<void> {
    this.#watcher?.end();
    this.#watcher = undefined;
    const { source, destination } = this.pair;
    const paths = [source, destination].map(({ path }) => nameOfText(path));
    const watcher = await openWatcher(paths, this.#overflows < OVERFLOWS_MAX);
    this.#watcher = watcher;
    this.#begun = performance.now();
    watcher.drain(); // all is to be looked at as it is
    this.#dirty.addAll();
  }

  /** Goes on until the signal, or until it can go on no longer. */
  async run(): Promise<void> {
    const { signal } = this.options;
    const onAbort = (): void => this.#watcher?.wake();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      while (signal?.aborted !== true) await this.#step();
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** The answer to a question; what has happened until now is heard before. */
  answer(question: unknown): Answer {
    const { version } = this.kept;
    if (!isCovered(question, this.kept) || this.#sweeping || this.#watcher === undefined) {
      return { version, state: "doubt" };
    }
    this.#hear();
    if (this.#dirty.isNews || this.#lost !== undefined) this.#watcher.wake();
    if (this.#lost !== undefined) return { version, state: "doubt" };
    if (this.#dirty.isClean) return { version, state: "clean" };
    const { size } = this.#dirty;
    return Number.isFinite(size) ? { version, state: "dirty", directories: size } : {
      version,
      state: "doubt",
    };
  }

  end(): void {
    this.#watcher?.end();
    this.#watcher = undefined;
  }

  #hear(): void {
    if (this.#watcher === undefined) return;
    const changes = this.#watcher.drain();
    this.#dirty.add(changes);
    if (changes.overflow) {
      this.#mustBegin = true;
      this.#overflows++;
    }
    this.#lost ??= changes.lost;
  }

  async #step(): Promise<void> {
    this.#hear();
    if (this.#lost !== undefined) throw new TransferError("watch-lost", this.#lost);
    if (!this.#dirty.isNews) {
      this.#tell(this.#dirty.isClean ? "clean" : "dirty");
      const retries = !this.#dirty.isClean && this.options.mirror === true;
      const started = performance.now();
      await this.#watcher?.wait(retries ? RETRY_MS : WAIT_MS);
      this.#hear();
      const now = performance.now();
      if (retries && now - started >= RETRY_MS) this.#dirty.again();
      if (now - this.#begun >= REVIEW_MS) this.#review();
      if (!this.#dirty.isNews) return;
      this.#tell("dirty");
      const rest = Math.min(REST * this.#lastSweepMs, REST_MAX_MS);
      await pause(Math.max(DEBOUNCE_MS, rest, this.#futileMs), this.options.signal);
      this.#hear();
      if (this.options.signal?.aborted === true) return;
    }
    // Directories may have come while there was no room in the queue to tell of them.
    if (this.#mustBegin) {
      this.#mustBegin = false;
      await this.begin();
    }
    await this.#sweep();
  }

  #review(): void {
    this.#overflows = 0;
    this.#mustBegin = true;
    this.#dirty.addAll();
  }

  async #sweep(): Promise<void> {
    const { options } = this;
    const taken = this.#dirty.take();
    const directories = taken?.filter((path) => this.#stands(path));
    this.#sweeping = true;
    this.#tell("sweeping");
    const started = performance.now();
    try {
      this.#mustBeThere();
      const { summary, leftOvers } = await this.#compare(directories);
      this.#mustBeThere();
      this.#hear();
      if (summary.exitCode === 0) {
        this.#futileMs = 0;
        this.#said.clear();
      } else this.#futileMs = Math.min(Math.max(DEBOUNCE_MS, 2 * this.#futileMs), FUTILE_MAX_MS);
      if (isNothing(summary) && leftOvers === 0) this.#dirty.prove();
      // What was written is looked at once more, though nobody should tell of it.
      else if (options.mirror === true && summary.exitCode === 0) this.#dirty.again();
      options.onEvent?.({
        type: "swept",
        whole: directories === undefined,
        ...known(directories?.length ?? this.directories),
        summary,
      });
    } catch (error) {
      if (!(error instanceof TransferError) || !PASSING.has(error.code)) throw error;
      this.#futileMs = FUTILE_MAX_MS;
      this.#pass({ type: "warning", code: error.code, message: error.message });
    } finally {
      this.#sweeping = false;
      this.#lastSweepMs = performance.now() - started;
    }
  }

  /** A sweep goes by paths, and a directory above may have been renamed, which nobody tells. */
  #mustBeThere(): void {
    const { source, destination } = this.pair;
    const there = pairOf(`${source.path}/`, destination.path);
    if (JSON.stringify(there) === JSON.stringify(this.pair)) return;
    throw new TransferError(
      "watch-lost",
      `"${source.path}" and "${destination.path}" are not the directories any more that were watched.`,
    );
  }

  /** Compares directories, or everything where that does not do. */
  async #compare(directories: readonly Name[] | undefined): Promise<Swept> {
    const [source, destination] = [`${this.pair.source.path}/`, this.pair.destination.path];
    if (directories !== undefined) {
      const part = await sweep(source, destination, this.#transferOptions(true), directories);
      // What may be deleted, and what a failure means, is decided in view of all.
      if (part?.summary.failureCount === 0 && part.summary.extrasLeft === 0) return part;
    }
    const whole = await sweep(source, destination, this.#transferOptions(false));
    if (whole === undefined) throw new Error("A whole sweep is never too small.");
    return whole;
  }

  #transferOptions(isPart: boolean): TransferOptions {
    const { mirror = false, deleteExtras, backupDir, signal, reportEntries } = this.options;
    return {
      dryRun: !mirror,
      xattrs: this.kept.xattrs,
      acls: this.kept.acls,
      forceDelete: this.options.forceDelete ?? false,
      durable: this.options.durable ?? false,
      reportEntries: mirror && reportEntries === true,
      ...(backupDir === undefined || !mirror ? {} : { backupDir }),
      ...(deleteExtras === true || !mirror ? { confirm: () => true } : {}),
      ...(signal === undefined ? {} : { signal }),
      onEvent: (event) => {
        if (mirror && (event.type === "entry" || !isPart)) this.#pass(event);
      },
    };
  }

  /** Tells what a sweep has told, failures and warnings once. */
  #pass(event: TransferEvent): void {
    if (event.type === "failure" || event.type === "warning") {
      if (this.#said.has(event.message)) return;
      if (this.#said.size < SAID_MAX) this.#said.add(event.message);
    }
    this.options.onEvent?.(event);
  }

  /** A directory that only one tree has is dealt with in the one above, of which was told too. */
  #stands(path: Name): boolean {
    const watcher = this.#watcher;
    return watcher !== undefined && watcher.has(SOURCE, path) && watcher.has(DESTINATION, path);
  }

  #tell(state: WatchState): void {
    const { size } = this.#dirty;
    const directories = Number.isFinite(size) ? size : this.directories;
    const said = `${state} ${directories}`;
    if (said === this.#told) return;
    this.#told = said;
    this.options.onEvent?.({ type: "state", state, ...known(directories) });
  }
}

/** Whether a sweep has found nothing to do. */
function isNothing(summary: TransferSummary): boolean {
  return summary.exitCode === 0 && summary.failureCount === 0 && summary.extrasLeft === 0 &&
    summary.filesCreated + summary.filesUpdated + summary.metadataUpdated === 0 &&
    summary.directoriesCreated + summary.symlinksCreated + summary.linksCreated === 0 &&
    summary.specialsCreated + summary.entriesDeleted + summary.entriesSkipped === 0;
}

function known(directories: number | undefined): { readonly directories?: number } {
  return directories === undefined ? {} : { directories };
}

function nameOfText(path: string): Name {
  return new TextEncoder().encode(path + "\0");
}

function pause(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    signal?.addEventListener("abort", done, { once: true });
  });
}
