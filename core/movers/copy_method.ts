import type { KnownPair } from "../capabilities/known.ts";
import type { MoverContext } from "./context.ts";
import { Errno } from "../sys/errno.ts";
import type { Handle, Result } from "../sys/mod.ts";

/** Ways to move a range of bytes from one file to another. */
const Method = { CopyRange: 0, SendFile: 1, ReadWrite: 2 } as const;
const METHODS = 3;

/** Bytes that one measurement takes: less is mostly noise, and then the slower way may take the rest. */
const SAMPLE_BYTES: number = 32 * 1024 * 1024;

/** Where a sample of each way would be the most of a file, nothing remembered is asked for. */
export const RECALL_BYTES: number = 2 * SAMPLE_BYTES;

/** How much of what was measured before a new measurement leaves. */
const INERTIA = 0.5;
/** What differs so much from what is remembered is worth writing down. */
const DRIFT = 0.2;

/**
 * A way that is remembered as nearly as fast as the best is tried once a run, a slower one in some
 * runs: one sample may err, and the first one pays for what is touched first.
 */
const NEARLY = 2 / 3;
const SOME_RUNS = 1 / 8;

/** Errnos by which a kernel or file system says that it cannot do it this way. */
const UNABLE: ReadonlySet<number> = new Set([
  Errno.EXDEV,
  Errno.EINVAL,
  Errno.ENOSYS,
  Errno.EOPNOTSUPP,
  Errno.EPERM,
  Errno.ETXTBSY,
]);

/** Those by which it may mean this one file. */
const ONE_FILE: ReadonlySet<number> = new Set([Errno.EPERM, Errno.ETXTBSY]);

/**
 * Those by which FICLONE says that no files of the two mounts can share their content
 * (ioctl_ficlone(2)). Any other may mean one file: btrfs gives EINVAL for a file without checksums
 * (`chattr +C`) whose copy has them, and ETXTBSY for a swap file.
 */
const NEVER_SHARES: ReadonlySet<number> = new Set([
  Errno.EXDEV,
  Errno.EOPNOTSUPP,
  Errno.ENOSYS,
  Errno.ENOTTY,
]);

/**
 * What is known of copying between two mounts: which ways work and how fast each was. Which is
 * fastest differs by file system (on ext4 sendfile beats copy_file_range, on tmpfs it is the
 * other way round; on btrfs and xfs ranges are shared), so the first large file is moved a sample
 * by each, and the fastest takes the rest.
 */
export class CopyMethods {
  readonly #now: () => number;
  readonly #random: () => number;
  /** Whether FICLONE may work. */
  #reflinks = true;
  /** When an earlier run has seen that it does not; it is not tried again in this one. */
  #refusalMs: number | undefined;
  /** Bytes a millisecond by method; NaN is not measured, 0 cannot. */
  readonly #rates = new Float64Array(METHODS).fill(NaN);
  /** Whether what is remembered has been asked for. */
  isRecalled = false;
  /** What stands for the two mounts where results are kept. */
  key: string | undefined;
  /** Something was found out that is not remembered yet. */
  #isNews = false;
  /** What is to be tried once more. */
  #tries: number | undefined;
  /** What an earlier run has found out, until that has turned out to be otherwise. */
  #remembered: readonly number[] | undefined;

  /** Measures by a clock in milliseconds, and tries by chance: numbers from 0 to below 1. */
  constructor(now: () => number = () => performance.now(), random: () => number = Math.random) {
    this.#now = now;
    this.#random = random;
  }

  /** Whether FICLONE is worth a try. */
  get reflinks(): boolean {
    return this.#reflinks;
  }

  /** Takes over what an earlier run has found out. */
  recall({ rates, refusesReflink, atMs }: KnownPair): void {
    if (!this.#rates.every(Number.isNaN)) return;
    this.#rates.set(rates);
    if (refusesReflink && this.#reflinks) {
      this.#reflinks = false;
      this.#refusalMs = atMs;
    }
    this.#remembered = rates;
    const best = Math.max(...rates);
    const least = this.#random() < SOME_RUNS ? 1 : best * NEARLY;
    const near = rates.flatMap((rate, at) => rate < best && rate >= least ? [at] : []);
    this.#tries = near[Math.floor(this.#random() * near.length)];
  }

  /** Learns from a FICLONE that has failed with `result`, a negated errno. */
  noteReflinkFailure(result: Result): void {
    if (NEVER_SHARES.has(-result)) this.#reflinks = false;
  }

  /**
   * What is to be remembered, once all ways are known; undefined unless there is something new. It
   * is as old as the refusal of FICLONE in it, so that this is put to the test again some day.
   */
  takeNews(): KnownPair | undefined {
    if (!this.#isNews || this.#rates.some(Number.isNaN)) return undefined;
    this.#isNews = false;
    return {
      atMs: this.#refusalMs ?? Date.now(),
      refusesReflink: !this.#reflinks,
      rates: [...this.#rates].map(Math.round),
    };
  }

  /**
   * Moves up to `length` bytes at both positions in the way that is best or not yet measured.
   * 0 is the source's end.
   */
  move(context: MoverContext, from: Handle, to: Handle, length: number): Result {
    for (;;) {
      const method = this.#choose();
      const sampling = method === this.#tries || Number.isNaN(this.#rates[method]!); // below METHODS
      const wanted = sampling ? Math.min(length, SAMPLE_BYTES) : length;
      const start = this.#now();
      const result = run(context, method, from, to, wanted);
      if (result < 0 && method !== Method.ReadWrite && UNABLE.has(-result)) {
        this.#rates[method] = 0;
        this.#tries = undefined;
        this.#isNews = true;
        // Not for later runs: the next file may be another one.
        if (ONE_FILE.has(-result)) this.key = undefined;
        continue;
      }
      // copy_file_range of some special file systems gives 0 for a file that has content.
      if (result === 0 && method !== Method.ReadWrite) {
        return run(context, Method.ReadWrite, from, to, wanted);
      }
      if (result >= SAMPLE_BYTES / 2) this.#note(method, result, this.#now() - start);
      return result;
    }
  }

  #note(method: number, bytes: number, tookMs: number): void {
    const rate = bytes / Math.max(tookMs, 0.001);
    const before = this.#rates[method]!; // below METHODS
    const isSample = Number.isNaN(before);
    this.#rates[method] = isSample ? rate : before * INERTIA + rate * (1 - INERTIA);
    const expected = this.#remembered?.[method];
    const hasDrifted = expected !== undefined &&
      Math.abs(this.#rates[method]! - expected) > expected * DRIFT;
    if (hasDrifted) this.#remembered = undefined; // written once a run
    if (isSample || hasDrifted || method === this.#tries) this.#isNews = true;
    if (method === this.#tries) this.#tries = undefined;
  }

  #choose(): number {
    if (this.#tries !== undefined) return this.#tries;
    let best: number = Method.ReadWrite;
    for (let method = 0; method < METHODS; method++) {
      const rate = this.#rates[method]!; // below METHODS
      if (Number.isNaN(rate)) return method;
      if (rate > this.#rates[best]!) best = method;
    }
    return best;
  }
}

function run(
  context: MoverContext,
  method: number,
  from: Handle,
  to: Handle,
  length: number,
): Result {
  const { sys } = context;
  if (method === Method.CopyRange) return sys.copyRange(from, to, length);
  if (method === Method.SendFile) return sys.sendFile(from, to, length);
  return readAndWrite(context, from, to, length);
}

function readAndWrite(context: MoverContext, from: Handle, to: Handle, length: number): Result {
  const { sys, buffer } = context;
  let moved = 0;
  while (moved < length) {
    const got = sys.read(from, buffer, Math.min(buffer.length, length - moved));
    if (got < 0) return moved > 0 ? moved : got;
    if (got === 0) break;
    for (let done = 0; done < got;) {
      const view = done === 0 ? buffer : buffer.subarray(done);
      const result = sys.write(to, view, got - done);
      if (result < 0) return result;
      done += result;
    }
    moved += got;
  }
  return moved;
}
