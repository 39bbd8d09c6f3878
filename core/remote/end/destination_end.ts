import type { Basis, Frame } from "../../../proto/generated/blit.ts";
import { trimNul } from "../../entry/path.ts";
import type { SharedMemory } from "../../movers/control.ts";
import { Counter, totalOf } from "../../movers/counters.ts";
import type { Job } from "../../movers/job.ts";
import { gather, newLog, type RunLog } from "../../movers/run_log.ts";
import { BatchFlag, type BatchSummary, encodeRanges, peekBatch, WireError } from "../batch/mod.ts";
import type { LoggedRow } from "../destination/unfinished.ts";
import type { Chroot } from "../mover/crew.ts";
import {
  type FromDestinationMover,
  newScanWords,
  ScanWord,
  type ToDestinationMover,
} from "../mover/messages.ts";
import { BatchGate } from "./batch_gate.ts";
import { type Arrived, BatchOrder } from "./batch_order.ts";
import type { EndHost } from "./end_host.ts";
import { EndCrew } from "./end_crew.ts";
import { MoverChoice } from "./mover_choice.ts";
import { batchesOf } from "./outgoing.ts";

const EMPTY = new Uint16Array(0);
const NO_RANGES = new Uint8Array(0);

/** How the destination was told to deal with extras. */
export interface DeletionOptions {
  readonly forceDelete: boolean;
  readonly canConfirm: boolean;
}

type Compared = Extract<FromDestinationMover, { readonly type: "compared" }>;

/**
 * The destination's end of a session on the main thread: hands batches to its movers in an order
 * that makes directories before what lies in them, and their needs to the link; then runs the
 * last phases.
 */
export class DestinationEnd extends EndCrew<ToDestinationMover, FromDestinationMover> {
  extrasLeft = 0;
  readonly #order = new BatchOrder();
  readonly #choice = new MoverChoice();
  readonly #gate: BatchGate;
  /** Batches that a mover has. */
  readonly #heads = new Map<number, BatchSummary>();
  #received = 0;
  #announced: number | undefined;
  /** Batches that come by the streams. */
  #unasked = 0;
  #arrivals = false;
  #tells = false;
  #idle: PromiseWithResolvers<void> | undefined;
  #handedOver: { readonly log: RunLog; unfinished: LoggedRow[]; missing: number } | undefined;
  #finished: PromiseWithResolvers<number> | undefined;

  constructor(host: EndHost, job: Job, memory: SharedMemory, chroot?: Chroot) {
    super("destination", host, job, memory, newScanWords(), chroot);
    this.#gate = new BatchGate(job.sources.length);
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
      const { batches, unasked } = body.value;
      const isAmiss = batches !== this.#received || (unasked > 0 && !this.#hasToldMade);
      if (this.#announced !== undefined || isAmiss) {
        throw new WireError("scan-end", "The other end ends its scan out of turn.");
      }
      this.#announced = batches;
      this.#unasked = unasked;
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

  get #failures(): number {
    return totalOf(this.memory.counters, Counter.Failures) + this.host.otherFailures;
  }

  #arrive(bytes: Uint8Array<ArrayBuffer>): void {
    const head = peekBatch(bytes);
    this.#gate.admit(head, bytes.length);
    if (!this.#arrivals) this.#admit(head);
    this.#received++;
    this.#consider({ head, bytes });
  }

  /** Takes only what the scan or a rescan can bring. */
  #admit(head: BatchSummary): void {
    const isAsked = (head.flags & BatchFlag.LinksNow) !== 0;
    if (isAsked) this.#gate.admitAsked(head);
    else if (head.parent === 0 && this.#announced !== undefined) {
      throw new WireError("batch-order", "The other end goes on after the end of its scan.");
    }
    this.#order.admit(head, isAsked);
  }

  #consider(arrived: Arrived): void {
    const { head } = arrived;
    if (this.#arrivals) {
      this.#dispatch(arrived, 0, false);
      return;
    }
    const verdict = this.#order.judge(arrived);
    if (verdict.do === "compare") {
      this.#dispatch(arrived, this.#choice.choose(head, this.crew.length), verdict.fresh);
    } else if (verdict.do === "drop") {
      this.#answer(head.number, 0, NO_RANGES);
      this.#gate.done(head.number);
      this.#release(this.#order.compared(head, EMPTY, undefined));
      this.#checkIdle();
    }
  }

  #dispatch({ head, bytes }: Arrived, mover: number, fresh: boolean): void {
    const isRoot = head.parent === 0 && (head.flags & BatchFlag.LinksNow) === 0;
    const isFresh = fresh || (isRoot && this.job.sources[head.source]!.fresh); // admitted
    this.#heads.set(head.number, head);
    this.crew[mover]?.say({
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

  #answer(
    number: number,
    stream: number,
    ranges: Uint8Array,
    more = false,
    bases: Basis[] = [],
    made: Uint8Array = NO_RANGES,
  ): void {
    const lists = [{ batch: number, stream, ranges, more, bases, made }];
    this.outgoing.frame({
      body: this.#arrivals ? { $case: "arrived", value: { lists } } : {
        $case: "needs",
        value: { lists },
      },
    });
  }

  protected override take(mover: number, message: FromDestinationMover): void {
    switch (message.type) {
      case "compared":
        this.#compared(mover, message);
        break;
      case "offered": {
        const { number, entry, basis, more } = message;
        this.#answer(
          number,
          mover,
          encodeRanges([entry]),
          more,
          basis === undefined ? [] : [basis],
        );
        break;
      }
      case "values": {
        const { number: batch, entry, first, values, more } = message;
        const value = { batch, entry, stream: mover, first, values, more };
        this.outgoing.frame({ body: { $case: "values", value } });
        break;
      }
      case "landed":
        this.#done(message.number);
        break;
      case "unasked":
        for (const parent of message.parents) this.#order.cameUnasked(parent);
        this.#checkIdle();
        break;
      case "handed-over":
        this.#gather(message);
        break;
      case "rescan":
        this.#gate.ask(message);
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
          (yes) => this.crew[mover]?.say({ type: "confirmed", yes }),
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
      default:
        this.takeCommon(message);
    }
  }

  #compared(mover: number, message: Compared): void {
    const { number, ranges, needed, made, refused, more } = message;
    const head = this.#heads.get(number);
    if (head === undefined) return;
    const wanted = needed > 0 || this.#arrivals ? ranges : NO_RANGES;
    this.#answer(number, mover, wanted, more, [], this.#toTell(made));
    if (!this.#arrivals) this.#release(this.#order.compared(head, made, refused));
    if (needed === 0) this.#done(number);
  }

  /** The other end has been told of directories that have just been made. */
  get #hasToldMade(): boolean {
    return Atomics.load(this.scanWords, ScanWord.Told) === 1;
  }

  /** Directories that have just been made, for the other end to send what they hold unasked. */
  #toTell(made: Uint16Array): Uint8Array {
    const isScanning = this.#announced === undefined && !this.#arrivals;
    if (made.length === 0 || !isScanning || this.job.dryRun) return NO_RANGES;
    if (!this.#hasToldMade) {
      Atomics.store(this.scanWords, ScanWord.Told, 1);
      for (const mover of this.crew) mover.say({ type: "expect-unasked" });
    }
    return encodeRanges(made);
  }

  /** A batch that nothing more is to be done for. */
  #done(number: number): void {
    if (!this.#heads.delete(number)) return;
    this.#choice.done(number);
    this.#gate.done(number);
    this.#checkIdle();
  }

  #untilIdle(): Promise<void> {
    this.#idle = Promise.withResolvers();
    this.#checkIdle();
    return this.#idle.promise;
  }

  #checkIdle(): void {
    const isAll = this.#announced !== undefined && this.#received >= this.#announced;
    if (!isAll || this.#gate.open > 0) return;
    if (Atomics.load(this.scanWords, ScanWord.Landed) >= this.#unasked) this.#idle?.resolve();
  }

  /** Gathers what the movers have put off, and has the first do it. */
  async #finish(deletion: DeletionOptions): Promise<number> {
    const handed = { log: newLog(), unfinished: [], missing: this.crew.length };
    this.#handedOver = handed;
    this.#finished = Promise.withResolvers();
    for (const mover of this.crew) mover.say({ type: "hand-over" });
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
    this.crew[0]?.say({
      type: "finish",
      log: handed.log,
      unfinished: handed.unfinished,
      failureCount: this.#failures,
      others: this.host.otherCounters,
      ...this.#deletion,
    });
  }
}
