import { processExtra } from "../../local/extra_directories.ts";
import type { MoverContext } from "../../movers/context.ts";
import { Need } from "../../plan/mod.ts";
import type { Name } from "../../sys/mod.ts";
import { newLog } from "../../movers/run_log.ts";
import { Counter } from "../../movers/counters.ts";
import type { Sockets } from "../../sys/sockets.ts";
import {
  type BatchColumns,
  BatchFlag,
  encodeRanges,
  newColumns,
  peekBatch,
  WireError,
} from "../batch/mod.ts";
import { type Inlet, type Listed, openInlet, Sleeper } from "../data/mod.ts";
import { Mailbox } from "../mover/mailbox.ts";
import {
  type FromDestinationMover,
  type MoverBegin,
  ScanWord,
  streamOf,
  type ToDestinationMover,
} from "../mover/messages.ts";
import type { HashFile } from "../source/hash_file.ts";
import { compareArrived } from "./compare_arrived.ts";
import { RecordLander } from "./land_records.ts";
import { LinkPace } from "./link_pace.ts";
import { OpenBatches } from "./open_batches.ts";
import { BatchReceiver } from "./receive_batch.ts";
import { Searches } from "./searches.ts";
import { UnaskedBatches } from "./unasked_batches.ts";
import { Unfinished } from "./unfinished.ts";

/** Names that one rescan asks for: a frame has its limit. */
const RESCAN_NAMES = 2048;
/**
 * Steps of searching between two records: 30 ms, in which what comes on a slow link finds room in
 * the socket's buffer (6 MiB, tcp(7)).
 */
const SEARCH_STEPS = 3;
/** A mover with nothing to do looks again by itself after so long. */
const WAIT_MS = 100;

// What is copied to another thread costs a buffer for each array; one that a packet holds several
// times, like these, is copied once.
const NO_ENTRIES = new Uint16Array(0);
const NO_RANGES = new Uint8Array(0);

/** Messages that end the synchronous part of the session. */
export type LateMessage = Extract<
  ToDestinationMover,
  { readonly type: "finish" | "leave" }
>;

type BatchMessage = Extract<ToDestinationMover, { readonly type: "batch" }>;

/**
 * One mover at the destination's end: compares batches as they come and puts content in its
 * place as it arrives, in one synchronous loop.
 */
export class DestinationMover {
  readonly unfinished = new Unfinished();
  readonly #open = new OpenBatches();
  readonly #pace: LinkPace;
  readonly #searches: Searches;
  /** Steps of searching that are due before the next record is taken. */
  #due = 0;
  readonly #receiver: BatchReceiver;
  readonly #sleeper: Sleeper;
  readonly #mailbox: Mailbox<FromDestinationMover, ToDestinationMover>;
  readonly #arrivalColumns: BatchColumns;
  #inlet: Inlet | undefined;
  #lander: RecordLander | undefined;
  #late: LateMessage | undefined;
  /** What has come by the stream without having been asked for. */
  #unasked: UnaskedBatches | undefined;
  /** Rescans that have been asked for and whose last batch has not come. */
  #rescans = 0;
  #answer: boolean | undefined;
  /** Hears what each entry of a rescan needed; `Need.None` once more when it did not arrive. */
  onRescanned:
    | ((source: number, path: Name, name: Name, need: number) => void)
    | undefined;

  constructor(
    readonly context: MoverContext,
    readonly begin: MoverBegin,
    readonly hashFile: HashFile | undefined,
    readonly sockets: Sockets | undefined,
    /** Posts to the main thread. */
    tell: (packet: readonly FromDestinationMover[]) => void,
  ) {
    this.#sleeper = new Sleeper(begin.waker, sockets);
    this.#mailbox = new Mailbox(begin.letters, tell);
    const { names, source: stats } = context;
    this.#arrivalColumns = { ...newColumns(), names, stats };
    this.#pace = new LinkPace(context.job.deltas?.linkRate);
    this.#receiver = new BatchReceiver(context, this.#open, this.unfinished, hashFile, this.#pace);
    this.#searches = new Searches(
      context,
      this.#pace,
      this.#open,
      (message) => {
        this.say(message);
        // The source may wait for it, and the next step takes a while.
        this.#mailbox.post();
      },
    );
  }

  /** Works until a message comes that needs another pace, or the session is stopped (undefined). */
  run(): LateMessage | undefined {
    this.#late = undefined;
    while (!this.#stopped) {
      this.#step();
      if (this.#late !== undefined) break;
    }
    this.context.outbox.flush();
    this.#mailbox.post();
    return this.#stopped ? undefined : this.#late;
  }

  /** Asks the source for entries once more, and works until all of that has landed. */
  rescan(requests: readonly Extract<FromDestinationMover, { readonly type: "rescan" }>[]): void {
    for (const request of requests) {
      for (let at = 0; at < request.names.length; at += RESCAN_NAMES) {
        this.#rescans++;
        this.say({ ...request, names: request.names.slice(at, at + RESCAN_NAMES) });
      }
    }
    while (!this.#stopped && (this.#rescans > 0 || this.#open.size > 0)) this.#step();
    this.context.outbox.flush();
  }

  /** Asks the user, by way of the main thread, and waits for the answer. */
  ask(request: Extract<FromDestinationMover, { readonly type: "confirm" }>["request"]): boolean {
    this.#answer = undefined;
    this.say({ type: "confirm", request });
    while (!this.#stopped && this.#answer === undefined) this.#step();
    return this.#answer ?? false;
  }

  /** Works through the directories of extras that are still to be listed. */
  listExtras(): void {
    const { context } = this;
    for (let extra = context.stack.pop(); extra !== undefined; extra = context.stack.pop()) {
      processExtra(context, extra);
    }
  }

  say(message: FromDestinationMover): void {
    this.#mailbox.say(message);
  }

  /** Says what begins, before a call that may take long. */
  beginPhase(name: string): void {
    this.say({ type: "phase", name });
    this.#mailbox.post();
  }

  /** Gives back what it holds. */
  close(): void {
    this.#mailbox.post();
    this.#searches.close();
    this.#lander?.close();
    this.sockets?.dropPipe();
  }

  get #stopped(): boolean {
    return this.context.stopping || this.#sleeper.stopped;
  }

  /** One message, or one record, or one extra directory; waits when there is none of them. */
  #step(): void {
    const { context } = this;
    // A large file on its way is not interrupted by much: its records lie in the stream.
    if (this.#hear()) return;
    const isSearchDue = this.#due > 0 && this.#searches.isUrgent;
    this.#due = isSearchDue ? this.#due - 1 : 0;
    if (!isSearchDue && this.#inlet !== undefined && this.#isReadable(0)) {
      this.#mailbox.post(); // a record may take a while
      this.#takeRecord();
      return;
    }
    if (this.#searches.step()) return;
    const extra = context.stack.pop();
    if (extra !== undefined) {
      processExtra(context, extra);
      return;
    }
    context.outbox.flush();
    this.#tellUnasked();
    this.#mailbox.post();
    if (!this.#awaitsRecords) this.#sleeper.sleep(WAIT_MS);
    else if (this.#isReadable(WAIT_MS)) this.#takeRecord();
  }

  #tellUnasked(): void {
    const parents = this.#unasked?.news();
    if (parents !== undefined) this.say({ type: "unasked", parents });
  }

  /** Whether the other end may have sent something. */
  get #awaitsRecords(): boolean {
    if (this.#inlet === undefined) return false;
    return this.#open.size > 0 || this.#unasked?.isOver === false ||
      this.#lander?.isInFile === true;
  }

  #isReadable(timeoutMs: number): boolean {
    return this.#awaitsRecords && this.#inlet?.wait(timeoutMs) === true;
  }

  /** Takes one message; false when there is none. */
  #hear(): boolean {
    const message = this.#mailbox.hear();
    if (message === undefined) return false;
    if (message.type === "batch") this.#compare(message);
    else if (message.type === "attach") {
      const stream = streamOf(this.begin, message.socket);
      this.#inlet = openInlet(stream, this.#sleeper, this.context.sys, this.sockets);
      this.#lander = new RecordLander(
        this.context,
        this.#inlet,
        {
          find: (number) => this.#open.get(number),
          isSpare: (number) => this.#unasked?.isSpare(number) === true,
          unasked: (bytes, listed) => this.#takeUnasked(bytes, listed),
          undelivered: (batch, slot) => {
            this.onRescanned?.(batch.source, batch.path, batch.name(slot), Need.None);
          },
          landed: (batch) => {
            this.#open.landed(batch);
            this.context.outbox.flush();
            if (batch.isUnasked) this.#unasked?.landed(batch.count);
            else this.say({ type: "landed", number: batch.number });
          },
        },
        this.unfinished,
        this.#pace,
      );
    } else if (message.type === "expect-unasked") {
      this.#unasked ??= new UnaskedBatches(this.context, this.begin);
    } else if (message.type === "hand-over") this.#handOver();
    else if (message.type === "confirmed") this.#answer = message.yes;
    else this.#late = message;
    return true;
  }

  #compare(message: BatchMessage): void {
    try {
      if (message.arrival) this.#compareArrived(message);
      else this.#compareBatch(message);
    } catch (error) {
      this.#refuse(error);
    }
    if (this.context.job.mayHang === true) this.#mailbox.post(); // the next may not come back
  }

  #compareBatch({ bytes, fresh }: BatchMessage): void {
    const compared = this.#receiver.receive(bytes, fresh);
    const { head, wanted, count, open, made, refused, later } = compared;
    if (open !== undefined) {
      this.#open.add(open);
      this.#searches.add(open, later);
    }
    if (this.onRescanned !== undefined && (head.flags & BatchFlag.LinksNow) !== 0) {
      const { names, needs } = this.context;
      for (let index = 0; index < names.count; index++) {
        this.onRescanned(head.source, head.path, names.copy(index), needs[index]!); // in the batch
      }
    }
    this.context.outbox.flush();
    const now = later.length === 0
      ? wanted
      : wanted.subarray(0, count).filter((index) => !later.includes(index));
    this.say({
      type: "compared",
      number: head.number,
      ranges: count === later.length ? NO_RANGES : encodeRanges(now, count - later.length),
      needed: count,
      more: later.length > 0,
      made: entriesOf(made),
      refused: entriesOf(refused),
    });
    const again = BatchFlag.LinksNow | BatchFlag.Last;
    if ((head.flags & again) === again) this.#rescans--;
  }

  /** A directory that is new, or should be: its batch, and after it the content of its files. */
  #takeUnasked(bytes: Uint8Array<ArrayBuffer>, listed: Listed): void {
    const { context } = this;
    const head = peekBatch(bytes);
    const isTold = Atomics.load(this.begin.scan, ScanWord.Told) === 1;
    if (!isTold || this.#open.has(head.number)) {
      throw new WireError("not-asked-for", `Batch ${head.number} comes by a stream.`);
    }
    this.#unasked ??= new UnaskedBatches(context, this.begin);
    if (!this.#unasked.admit(head, listed)) return;
    const compared = this.#receiver.receive(bytes, false, true);
    const { open } = compared;
    if (open !== undefined) {
      open.isUnasked = true;
      this.#open.add(open);
    }
    this.#unasked.compared(compared);
    if (this.#unasked.isMuch) this.#tellUnasked();
    context.outbox.flush();
  }

  #compareArrived({ bytes, tells }: BatchMessage): void {
    const { head, arrived } = compareArrived(
      this.context,
      this.#arrivalColumns,
      this.hashFile,
      bytes,
      tells,
    );
    this.context.outbox.flush();
    this.say({
      type: "compared",
      number: head.number,
      ranges: encodeRanges(arrived),
      needed: 0,
      more: false,
      made: NO_ENTRIES,
      refused: NO_ENTRIES,
    });
  }

  #takeRecord(): void {
    try {
      const result = this.#lander?.step() ?? 0;
      this.context.counters[Counter.WireBytes] = this.#inlet?.receivedBytes ?? 0;
      if (result < 0) this.#broke(-result);
      this.#due = SEARCH_STEPS;
      const large = this.#lander?.onItsWay;
      if (large !== undefined) this.#searches.reconsider(large.batch, large.index, large.position);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** What the peer sent is not the protocol: the session ends. */
  #refuse(error: unknown): void {
    if (!(error instanceof Error)) throw error;
    const isShard = error.name === "ShardError";
    if (!(error instanceof WireError) && !isShard) throw error;
    this.#broke(0, error.message);
  }

  #broke(errno: number, message?: string): void {
    this.#inlet = undefined;
    if (this.#stopped) return;
    this.say({ type: "stream-failed", errno, ...(message === undefined ? {} : { message }) });
  }

  #handOver(): void {
    const { context } = this;
    this.listExtras();
    this.#unasked?.end();
    this.#lander?.closePlaces();
    context.outbox.flush();
    const { log } = context;
    context.log = newLog();
    this.say({ type: "handed-over", log, unfinished: this.unfinished.take() });
  }
}

function entriesOf(numbers: readonly number[]): Uint16Array<ArrayBuffer> {
  return numbers.length === 0 ? NO_ENTRIES : Uint16Array.from(numbers);
}
