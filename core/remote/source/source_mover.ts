import type { MoverContext } from "../../movers/context.ts";
import { BEAT_MS } from "../../movers/beat.ts";
import { Counter } from "../../movers/counters.ts";
import type { Sockets } from "../../sys/sockets.ts";
import { WireError } from "../batch/mod.ts";
import { type Listed, openOutlet, Sleeper } from "../data/mod.ts";
import { Mailbox } from "../mover/mailbox.ts";
import {
  type FromSourceMover,
  type MoverBegin,
  ScanWord,
  streamOf,
  type ToSourceMover,
  WINDOW_ENTRIES,
  windowShare,
} from "../mover/messages.ts";
import type { ScanTask } from "../mover/scan_task.ts";
import type { HashFile } from "./hash_file.ts";
import { RemoveArrived } from "./remove_arrived.ts";
import { DirectoryScanner } from "./scan_directory.ts";
import { FileSender, type UnaskedBatch } from "./send_files.ts";
import { ToldFiles } from "./told_files.ts";

/** Directories that are given to another mover at once. */
const SHARED_TASKS = 64;
/** A mover with nothing to do looks again by itself after so long. */
const WAIT_MS = 100;

/** What has been compared at the other end needs nothing to be waited for. */
const COMPARED: Listed = { stream: 0, batches: 0 };

type Message<Type extends ToSourceMover["type"]> = Extract<ToSourceMover, { readonly type: Type }>;

/**
 * One mover at the source's end: sends what is needed, and scans when nothing is. It is one
 * synchronous loop for the whole session.
 */
export class SourceMover {
  readonly #scanner: DirectoryScanner;
  readonly #sleeper: Sleeper;
  readonly #sends: Message<"send">[] = [];
  readonly #told: ToldFiles;
  #sender: FileSender | undefined;
  #remover: RemoveArrived | undefined;
  readonly #mailbox: Mailbox<FromSourceMover, ToSourceMover>;
  #isUnflushed = false;
  /** The stream has failed: nothing more is worth waiting for. */
  #isBroken = false;
  /** When something was sent last that may wait in a shard or a stream. */
  #sentAt = 0;
  /** Batches that this mover has sent unasked. */
  #unasked = 0;
  #leaves = false;
  #isDone = false;
  /** In the middle of a directory. */
  #isScanning = false;
  /** Directories that were given to this mover meanwhile. */
  readonly #given: ScanTask[] = [];

  constructor(
    readonly context: MoverContext,
    readonly begin: MoverBegin,
    hashFile: HashFile | undefined,
    readonly sockets: Sockets | undefined,
    /** Posts to the main thread. */
    tell: (packet: readonly FromSourceMover[]) => void,
  ) {
    this.#sleeper = new Sleeper(begin.waker, sockets);
    this.#mailbox = new Mailbox(begin.letters, tell);
    this.#told = new ToldFiles(
      () => this.#hearAll(),
      () => this.#listen(),
      (bytes) => this.#mailbox.say({ type: "used-values", bytes }),
    );
    const { scan } = begin;
    this.#scanner = new DirectoryScanner(context, {
      nextNumber: () => Atomics.add(scan, ScanWord.Number, 1) + 1,
      nextListed: () => ({ stream: begin.index - 1, batches: this.#unasked + 1 }),
      emitUnasked: (batch) => this.#emitUnasked(batch),
      emit: (bytes, number, entries, weight) => {
        Atomics.add(scan, ScanWord.Made, 1);
        Atomics.add(scan, ScanWord.Window, windowShare(entries, bytes.length));
        this.#mailbox.say({ type: "batch", number, bytes, entries, weight });
        // A directory may be larger than the window.
        while (!this.#hasRoom && !this.#isOver) this.#work();
      },
    }, hashFile);
  }

  /** Works until the main thread says that the session is over, or stops it. */
  run(): void {
    while (!this.#isOver) this.#work();
    this.context.outbox.flush();
    this.#mailbox.post();
  }

  /** Gives back what it holds; says on the stream that nothing more comes, if all is well. */
  close(): void {
    if (this.#leaves && !this.#sleeper.stopped) this.#sender?.end();
    this.context.counters[Counter.WireBytes] = this.#sender?.outlet.sentBytes ?? 0;
    this.#sender?.close();
    this.sockets?.dropPipe();
  }

  /** The session is stopped, or all is done that there was to do. */
  get #isOver(): boolean {
    return this.context.stopping || this.#sleeper.stopped || this.#isDone;
  }

  /** One step of whatever is due, or a rest. */
  #work(): void {
    const { stack } = this.#scanner;
    while (this.#hear());
    // While directories wait, small files do not wait for their shard to become full.
    if (this.#isUnflushed && performance.now() - this.#sentAt > BEAT_MS) this.#flush();
    // A need-list may come before the stream does.
    if (this.#sends.length > 0 && this.#sender !== undefined) this.#sendNext(this.#sender);
    else if (stack.length > 0 && !this.#isScanning && this.#mayScan()) this.#scan();
    else if (this.#isUnflushed) this.#flush();
    else if (this.#leaves) this.#isDone = true;
    else this.#rest();
  }

  /** Whether the directory that was found last may be scanned now. */
  #mayScan(): boolean {
    const isUnasked = this.#scanner.stack.at(-1)?.listed !== undefined;
    // What is sent unasked takes nothing of the window, and needs the stream.
    return isUnasked ? this.#sender !== undefined : this.#hasRoom;
  }

  get #hasRoom(): boolean {
    return Atomics.load(this.begin.scan, ScanWord.Window) < WINDOW_ENTRIES;
  }

  #scan(): void {
    const { stack } = this.#scanner;
    const { scan } = this.begin;
    const before = stack.length;
    this.#isScanning = true;
    this.#scanner.step();
    this.#isScanning = false;
    this.context.outbox.flush();
    // What was found is pending before the directory itself is done.
    const change = stack.length - before;
    if (Atomics.add(scan, ScanWord.Pending, change) + change === 0) {
      this.#mailbox.say({
        type: "scanned",
        batches: Atomics.load(scan, ScanWord.Made),
        unasked: Atomics.load(scan, ScanWord.Unasked),
        unaskedEntries: Atomics.load(scan, ScanWord.UnaskedEntries),
      });
    }
    // These came meanwhile, and are pending already.
    for (const task of this.#given.splice(0)) stack.push(task);
    if (this.begin.isScout) {
      this.#mailbox.say({ type: "found", tasks: stack.splice(0) });
      this.#mailbox.post();
    } else if (stack.length > 1 && Atomics.load(scan, ScanWord.Idle) > 0) this.#share();
  }

  /** Gives the oldest half of its directories, which stand for the largest trees, to another mover. */
  #share(): void {
    const { stack } = this.#scanner;
    const tasks = stack.splice(0, Math.min(stack.length >> 1, SHARED_TASKS));
    // Another stream waits for what lists them.
    if (this.#isUnflushed) this.#flush();
    this.#mailbox.say({ type: "share", tasks });
    this.#mailbox.post();
  }

  #rest(): void {
    const { scan } = this.begin;
    this.#mailbox.post();
    const isIdle = !this.#isScanning && this.#scanner.stack.length === 0;
    if (isIdle) Atomics.add(scan, ScanWord.Idle, 1);
    this.#sleeper.sleep(WAIT_MS);
    if (isIdle) Atomics.sub(scan, ScanWord.Idle, 1);
  }

  /** Takes one message; false when there is none. */
  #hear(): boolean {
    const message = this.#mailbox.hear();
    if (message === undefined) return false;
    if (message.type === "attach") this.#attach(message);
    else if (message.type === "scan") {
      const onto = this.#isScanning ? this.#given : this.#scanner.stack;
      for (const task of message.tasks) onto.push(task);
    } else if (message.type === "made") this.#listMade(message);
    else if (message.type === "send") {
      for (const basis of message.bases) this.#told.begin(message.number, basis);
      this.#sends.push(message);
    } else if (message.type === "values") {
      try {
        this.#told.add(message);
      } catch (error) {
        this.#refuse(error);
      }
    } else if (message.type === "remove") {
      this.#remover ??= new RemoveArrived(this.context);
      try {
        this.#remover.remove(message.batch, message.ranges);
      } catch (error) {
        this.#refuse(error);
      }
      this.#settle(message.number);
    } else if (message.type === "remove-directories") {
      this.#remover?.removeDirectories();
      this.context.outbox.flush();
      this.#mailbox.say({ type: "removed" });
    } else this.#leaves = true;
    return true;
  }

  #attach({ socket, differences }: Message<"attach">): void {
    const stream = streamOf(this.begin, socket);
    const outlet = openOutlet(stream, this.#sleeper, this.context.sys, this.sockets);
    const ear = differences ? this.#told.earOf.bind(this.#told) : undefined;
    this.#sender = new FileSender(this.context, outlet, ear);
  }

  /** Directories that wait here and have just been made at the other end are sent unasked. */
  #listMade({ number, entries }: Message<"made">): void {
    const made = new Set(entries);
    for (const tasks of [this.#scanner.stack, this.#given]) {
      for (const [index, task] of tasks.entries()) {
        if (task.parent === number && !task.removes && made.has(task.parentEntry)) {
          tasks[index] = { ...task, listed: COMPARED };
        }
      }
    }
  }

  #emitUnasked(batch: UnaskedBatch): void {
    if (this.#isBroken) return;
    const { scan } = this.begin;
    this.#unasked++;
    Atomics.add(scan, ScanWord.Unasked, 1);
    Atomics.add(scan, ScanWord.UnaskedEntries, batch.to - batch.from);
    this.context.outbox.flush();
    this.#mailbox.post(); // sending may block
    this.#noteSent();
    const result = this.#sender?.sendUnasked(batch) ?? 0;
    if (result < 0) this.#broke(result);
    // A directory may have many batches; what was asked for comes first.
    while (this.#hear());
    while (this.#sends.length > 0 && this.#sender !== undefined && !this.#isOver) {
      this.#sendNext(this.#sender);
    }
  }

  #noteSent(): void {
    if (!this.#isUnflushed) this.#sentAt = performance.now();
    this.#isUnflushed = true;
  }

  /** Hears what has come, and else waits for a moment; false when the session is over. */
  #listen(): boolean {
    if (!this.#hearAll()) {
      this.#mailbox.post();
      this.#sleeper.sleep(WAIT_MS);
      this.#hearAll();
    }
    return !this.#isOver && !this.#isBroken;
  }

  /** Hears what has come without waiting; whether there was anything. */
  #hearAll(): boolean {
    let hasHeard = false;
    while (this.#hear()) hasHeard = true;
    return hasHeard;
  }

  #sendNext(sender: FileSender): void {
    const next = this.#sends.shift();
    if (next === undefined) return;
    this.#mailbox.post(); // sending may block
    this.#noteSent();
    try {
      const result = sender.send(next.batch, next.ranges, next.weight);
      if (result < 0) this.#broke(result);
    } catch (error) {
      this.#refuse(error);
    }
    for (const { entry } of next.bases) this.#told.end(next.number, entry);
    if (next.more) this.context.outbox.flush();
    else this.#settle(next.number);
  }

  #flush(): void {
    this.#isUnflushed = false;
    this.#mailbox.post();
    const result = this.#sender?.flush() ?? 0;
    if (result < 0) this.#broke(result);
  }

  #settle(number: number): void {
    this.context.outbox.flush();
    this.#mailbox.say({ type: "settled", number });
  }

  /** What the peer has asked for is not the protocol: the session ends. */
  #refuse(error: unknown): void {
    if (!(error instanceof WireError)) throw error;
    this.#broke(0, error.message);
  }

  #broke(result: number, message?: string): void {
    this.#isBroken = true;
    if (this.context.stopping || this.#sleeper.stopped) return;
    this.#sends.length = 0;
    this.#isUnflushed = false;
    this.#mailbox.say({
      type: "stream-failed",
      errno: -result,
      ...(message === undefined ? {} : { message }),
    });
    this.#mailbox.post();
  }
}
