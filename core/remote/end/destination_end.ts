import type { Frame } from "../../../proto/generated/blit.ts";
import { pathKey, trimNul } from "../../entry/path.ts";
import { AbortReason, Control, MOVERS_MAX, type SharedMemory } from "../../movers/control.ts";
import { Counter, COUNTERS } from "../../movers/counters.ts";
import type { Job } from "../../movers/job.ts";
import type { FailureRecord, Parcel } from "../../movers/outbox.ts";
import { gather, newLog, type RunLog } from "../../movers/run_log.ts";
import { BatchFlag, type BatchSummary, peekBatch, WireError } from "../batch/mod.ts";
import type { Stream } from "../data/mod.ts";
import type { LoggedRow } from "../destination/unfinished.ts";
import { type Chroot, CrewMover, mainSockets, PATIENCE_MS } from "../mover/crew.ts";
import {
  type FromDestinationMover,
  SCAN_WORDS,
  type ToDestinationMover,
} from "../mover/messages.ts";
import { WINDOW_MOST, windowShare } from "../mover/messages.ts";
import { type Arrived, BatchOrder } from "./batch_order.ts";
import type { EndHost } from "./end_host.ts";
import { batchesOf, Outgoing } from "./outgoing.ts";
import { FatalFailure, fatalOf } from "./fatal_failure.ts";
import { StreamFailure } from "./stream_failure.ts";
import { parcelToWire } from "./wire_parcel.ts";

const EMPTY = new Uint16Array(0);
const NO_RANGES = new Uint8Array(0);
/** Movers of this end scan nothing. */
const NO_SCAN = new Int32Array(new SharedArrayBuffer(SCAN_WORDS * 4));

/** How the destination was told to deal with extras. */
export interface DeletionOptions {
  readonly forceDelete: boolean;
  readonly canConfirm: boolean;
}

/** A rescan that is under way: its flags, and how many entries may still come. */
interface Asked {
  readonly flags: number;
  left: number;
  /** How many last batches are due. */
  times: number;
}

type Rescan = Extract<FromDestinationMover, { readonly type: "rescan" }>;
type Compared = Extract<FromDestinationMover, { readonly type: "compared" }>;

/**
 * The destination's end of a session on the main thread: hands batches to its movers in an order
 * that makes directories before what lies in them, and their needs to the link; then runs the
 * last phases.
 */
export class DestinationEnd {
  readonly outgoing: Outgoing;
  extrasLeft = 0;
  readonly #crew: CrewMover<ToDestinationMover, FromDestinationMover>[] = [];
  readonly #order = new BatchOrder();
  readonly #heads = new Map<number, { readonly head: BatchSummary; readonly mover: number }>();
  /** Batches each mover has that have not landed. */
  readonly #load: number[] = [];
  /** Which mover has a directory that comes in several batches. */
  readonly #sliced = new Map<string, number>();
  /** What each batch that is not done takes of the window. */
  readonly #shares = new Map<number, number>();
  #share = 0;
  /** Rescans whose last batch has not come, by source and path. */
  readonly #asked = new Map<string, Asked>();
  #received = 0;
  #announced: number | undefined;
  /** Batches that have not been compared, or not landed. */
  #pending = 0;
  #arrivals = false;
  #tells = false;
  #idle: PromiseWithResolvers<void> | undefined;
  #handedOver: { readonly log: RunLog; unfinished: LoggedRow[]; missing: number } | undefined;
  #finished: PromiseWithResolvers<number> | undefined;
  #fatal: FailureRecord | undefined;
  #closing = false;

  constructor(
    readonly host: EndHost,
    readonly job: Job,
    readonly memory: SharedMemory,
    readonly chroot?: Chroot,
  ) {
    this.outgoing = new Outgoing(host);
  }

  /** Movers with a stream of their own. */
  get movers(): readonly CrewMover<ToDestinationMover, FromDestinationMover>[] {
    return this.#crew;
  }

  /** Has as many movers as there are streams. */
  staff(streams: number): void {
    while (this.#crew.length < streams) {
      const index = this.#crew.length + 1;
      const shared = { memory: this.memory, scan: NO_SCAN };
      this.#load.push(0);
      this.#crew.push(
        new CrewMover(
          "destination",
          this.job,
          index,
          shared,
          mainSockets(),
          this.chroot,
          (said) => {
            this.#take(index - 1, said);
          },
        ),
      );
    }
  }

  /** Gives a mover its stream. */
  attach(stream: number, end: Stream): void {
    this.#crew[stream]?.say({ type: "attach", stream: end });
  }

  /**
   * Takes a frame of the other end that concerns the destination; false for any other. What the
   * other end does not read is not heaped up: the next frame is heard when there is room again.
   *
   * @throws {WireError} for what is not the protocol
   */
  hear(frame: Frame): boolean | Promise<boolean> {
    const { body } = frame;
    if (body?.$case === "batches") {
      for (const bytes of batchesOf(body.value.data)) this.#arrive(bytes);
    } else if (body?.$case === "scanEnd") {
      if (this.#announced !== undefined || body.value.batches !== this.#received) {
        throw new WireError("scan-end", "The other end ends its scan out of turn.");
      }
      this.#announced = body.value.batches;
      this.#checkIdle();
    } else return false;
    return this.outgoing.isLong ? this.outgoing.shortened().then(() => true) : true;
  }

  /** Runs until everything is done that this end has to do. */
  async run(deletion: DeletionOptions): Promise<void> {
    this.host.phase("transfer");
    await this.#untilIdle();
    this.extrasLeft = await this.#finish(deletion);
    if (this.job.verb !== "move") return;
    this.host.phase("remove-source");
    this.#arrivals = true;
    this.#tells = this.#failures === 0 && !this.job.dryRun;
    this.#announced = undefined;
    this.outgoing.frame({ body: { $case: "phase", value: { name: "remove-source" } } });
    await this.#untilIdle();
  }

  /** Ends the movers: properly, or at once. */
  async close(atOnce: boolean): Promise<void> {
    this.#closing = true;
    if (atOnce) {
      Atomics.compareExchange(
        this.memory.control,
        Control.Abort,
        AbortReason.None,
        AbortReason.Signal,
      );
    }
    for (const mover of this.#crew) {
      if (atOnce) mover.waker.stop();
      else mover.say({ type: "leave" });
    }
    const patienceMs = atOnce ? PATIENCE_MS : undefined;
    await Promise.all(this.#crew.map((mover) => mover.release(patienceMs)));
  }

  get #failures(): number {
    let own = 0;
    for (let mover = 0; mover < MOVERS_MAX; mover++) {
      own += this.memory.counters[mover * COUNTERS + Counter.Failures] ?? 0;
    }
    return own + this.host.otherFailures;
  }

  #arrive(bytes: Uint8Array<ArrayBuffer>): void {
    const head = peekBatch(bytes);
    if (head.source >= this.job.sources.length) {
      throw new WireError("no-such-source", `There is no source ${head.source}.`);
    }
    if (!this.#arrivals) this.#admit(head);
    const share = windowShare(head.entries, bytes.length);
    if (this.#shares.has(head.number)) {
      throw new WireError("batch-number", `Batch ${head.number} comes twice.`);
    }
    this.#shares.set(head.number, share);
    this.#share += share;
    if (this.#share > WINDOW_MOST) {
      throw new WireError("window", "The other end sends more than it was answered for.");
    }
    this.#received++;
    this.#pending++;
    this.#consider({ head, bytes });
  }

  /** Takes only what the scan or a rescan can bring. */
  #admit(head: BatchSummary): void {
    const isAsked = (head.flags & BatchFlag.LinksNow) !== 0;
    if (isAsked) {
      const key = askedKey(head.source, head.path);
      const asked = this.#asked.get(key);
      const own = BatchFlag.First | BatchFlag.Last | BatchFlag.Incomplete;
      if (asked === undefined || head.parent !== 0 || (head.flags & ~own) !== asked.flags) {
        throw new WireError("not-asked", "The other end sends entries that nobody asked for.");
      }
      asked.left -= head.entries;
      if (asked.left < 0) {
        throw new WireError("not-asked", "The other end sends more entries than were asked for.");
      }
      if ((head.flags & BatchFlag.Last) !== 0 && --asked.times === 0) this.#asked.delete(key);
    } else if (head.parent === 0 && this.#announced !== undefined) {
      throw new WireError("batch-order", "The other end goes on after the end of its scan.");
    }
    this.#order.admit(head, isAsked);
  }

  #noteAsked({ source, path, names, flags }: Rescan): void {
    const key = askedKey(source, path);
    const { left, times } = this.#asked.get(key) ?? { left: 0, times: 0 };
    this.#asked.set(key, { flags, left: left + names.length, times: times + 1 });
  }

  #consider(arrived: Arrived): void {
    const { head } = arrived;
    if (this.#arrivals) {
      this.#dispatch(arrived, 0, false);
      return;
    }
    const verdict = this.#order.judge(arrived);
    if (verdict.do === "compare") this.#dispatch(arrived, this.#moverFor(head), verdict.fresh);
    else if (verdict.do === "drop") {
      this.#answer(head.number, 0, NO_RANGES);
      this.#forget(head.number);
      this.#release(this.#order.compared(head, EMPTY, undefined));
      this.#checkIdle();
    }
  }

  /** The least loaded mover; all batches of one directory go to one. */
  #moverFor(head: BatchSummary): number {
    // The last phases run on the first mover, and so does what they ask for.
    if ((head.flags & BatchFlag.LinksNow) !== 0) return 0;
    const isFirst = (head.flags & BatchFlag.First) !== 0;
    const isLast = (head.flags & BatchFlag.Last) !== 0;
    const key = `${head.source} ${head.parent} ${head.parentEntry}`;
    let mover = isFirst ? undefined : this.#sliced.get(key);
    if (mover === undefined) {
      mover = 0;
      for (let other = 1; other < this.#load.length; other++) {
        if (this.#load[other]! < this.#load[mover]!) mover = other; // both exist
      }
    }
    if (isLast) this.#sliced.delete(key);
    else this.#sliced.set(key, mover);
    return mover;
  }

  #dispatch({ head, bytes }: Arrived, mover: number, fresh: boolean): void {
    const isRoot = head.parent === 0 && (head.flags & BatchFlag.LinksNow) === 0;
    const isFresh = fresh || (isRoot && this.job.sources[head.source]!.fresh); // exists
    this.#heads.set(head.number, { head, mover });
    this.#load[mover]!++;
    this.#crew[mover]?.say({
      type: "batch",
      bytes,
      fresh: isFresh,
      arrival: this.#arrivals,
      tells: this.#tells,
    });
  }

  #release(waiting: readonly Arrived[]): void {
    for (const arrived of waiting) this.#consider(arrived);
  }

  #answer(number: number, stream: number, ranges: Uint8Array): void {
    const lists = [{ batch: number, stream, ranges }];
    this.outgoing.frame({
      body: this.#arrivals ? { $case: "arrived", value: { lists } } : {
        $case: "needs",
        value: { lists },
      },
    });
  }

  #take(mover: number, message: FromDestinationMover): void {
    switch (message.type) {
      case "compared":
        this.#compared(mover, message);
        break;
      case "landed":
        this.#done(message.number);
        break;
      case "handed-over":
        this.#gather(message);
        break;
      case "rescan":
        this.#noteAsked(message);
        this.outgoing.frame({
          body: {
            $case: "rescan",
            value: {
              source: message.source,
              path: trimNul(message.path),
              names: message.names.map(trimNul),
              flags: message.flags,
            },
          },
        });
        break;
      case "confirm":
        this.host.confirm(message.request).then(
          (yes) => this.#crew[mover]?.say({ type: "confirmed", yes }),
          (error) => this.host.fail(error instanceof Error ? error : new Error(String(error))),
        );
        break;
      case "warning":
        this.host.warn(message.code, message.message);
        break;
      case "phase":
        this.host.phase(message.name);
        break;
      case "finished":
        this.#finished?.resolve(message.extrasLeft);
        break;
      case "parcel":
        this.#parcel(message.parcel);
        break;
      case "left":
        this.#left();
        break;
      case "stream-failed":
        this.host.fail(new StreamFailure(message.errno, message.message));
        break;
      case "broken":
        this.host.fail(new Error(`A mover broke: ${message.message}`));
        break;
    }
  }

  #compared(mover: number, message: Compared): void {
    const { number, ranges, needed, made, refused } = message;
    const known = this.#heads.get(number);
    if (known === undefined) return;
    this.#answer(number, mover, needed > 0 || this.#arrivals ? ranges : NO_RANGES);
    if (!this.#arrivals) this.#release(this.#order.compared(known.head, made, refused));
    if (needed === 0) this.#done(number);
  }

  /** A batch that nothing more is to be done for. */
  #done(number: number): void {
    const known = this.#heads.get(number);
    if (known === undefined) return;
    this.#heads.delete(number);
    this.#load[known.mover]!--; // it exists
    this.#forget(number);
    this.#checkIdle();
  }

  #forget(number: number): void {
    this.#pending--;
    this.#share -= this.#shares.get(number) ?? 0;
    this.#shares.delete(number);
  }

  #untilIdle(): Promise<void> {
    this.#idle = Promise.withResolvers();
    this.#checkIdle();
    return this.#idle.promise;
  }

  #checkIdle(): void {
    const isAll = this.#announced !== undefined && this.#received >= this.#announced;
    if (isAll && this.#pending === 0) this.#idle?.resolve();
  }

  /** Gathers what the movers have put off, and has the first do it. */
  async #finish(deletion: DeletionOptions): Promise<number> {
    const handed = { log: newLog(), unfinished: [], missing: this.#crew.length };
    this.#handedOver = handed;
    this.#finished = Promise.withResolvers();
    for (const mover of this.#crew) mover.say({ type: "hand-over" });
    this.#deletion = deletion;
    return await this.#finished.promise;
  }

  #deletion: DeletionOptions = { forceDelete: false, canConfirm: false };

  #gather(message: Extract<FromDestinationMover, { readonly type: "handed-over" }>): void {
    const handed = this.#handedOver;
    if (handed === undefined) return;
    gather(handed.log, message.log);
    for (const row of message.unfinished) handed.unfinished.push(row);
    if (--handed.missing > 0) return;
    this.#crew[0]?.say({
      type: "finish",
      log: handed.log,
      unfinished: handed.unfinished,
      failureCount: this.#failures,
      others: this.host.otherCounters,
      ...this.#deletion,
    });
  }

  #parcel(parcel: Parcel): void {
    this.host.parcel(parcel);
    this.#fatal ??= fatalOf(parcel);
    const entries = this.host.tellsEntries ? parcel.entries : [];
    if (entries.length === 0 && parcel.failures.length === 0) return;
    const value = parcelToWire({ entries, failures: parcel.failures });
    this.outgoing.frame({ body: { $case: "parcel", value } });
  }

  /** A mover has left: properly at the end, or because going on is pointless. */
  #left(): void {
    if (!this.#closing) this.host.fail(new FatalFailure(this.#fatal));
  }
}

function askedKey(source: number, path: Uint8Array): string {
  return `${source} ${pathKey(path)}`;
}
