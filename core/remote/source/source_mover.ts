import { receiveMessageOnPort } from "node:worker_threads";
import type { MoverContext } from "../../movers/context.ts";
import { openSockets, type Sockets } from "../../sys/sockets.ts";
import { openOutlet, Sleeper } from "../data/mod.ts";
import type { FromSourceMover, MoverBegin, ToSourceMover } from "../mover/messages.ts";
import type { HashFile } from "./hash_file.ts";
import { RemoveArrived } from "./remove_arrived.ts";
import { DirectoryScanner } from "./scan_directory.ts";
import { FileSender } from "./send_files.ts";

/** Entries that may be scanned and not settled: it bounds what both ends hold. */
const WINDOW_ENTRIES = 64 * 1024;
/** A mover with nothing to do looks again by itself after so long. */
const WAIT_MS = 100;

type Message<Type extends ToSourceMover["type"]> = Extract<ToSourceMover, { readonly type: Type }>;

/**
 * One mover at the source's end: sends what is needed, and scans when nothing is. It is one
 * synchronous loop for the whole session.
 */
export class SourceMover {
  readonly #scanner: DirectoryScanner;
  readonly #sleeper: Sleeper;
  readonly #sockets: Sockets | undefined = openSockets();
  readonly #sends: Message<"send">[] = [];
  #sender: FileSender | undefined;
  #remover: RemoveArrived | undefined;
  #numbered = 0;
  #emitted = 0;
  #announces = false;
  #isUnflushed = false;
  #leaves = false;

  constructor(
    readonly context: MoverContext,
    readonly begin: MoverBegin,
    hashFile: HashFile | undefined,
  ) {
    this.#sleeper = new Sleeper(begin.waker, this.#sockets);
    this.#scanner = new DirectoryScanner(context, {
      nextNumber: () => ++this.#numbered,
      emit: (bytes, number, entries, weight) => {
        this.#emitted++;
        Atomics.add(this.begin.window, 0, entries + 1);
        this.#say({ type: "batch", number, bytes, entries, weight }, [bytes.buffer]);
      },
    }, hashFile);
  }

  /** Works until the main thread says that the session is over, or stops it. */
  run(): void {
    const { stack } = this.#scanner;
    while (!this.context.stopping && !this.#sleeper.stopped) {
      while (this.#hear());
      // A need-list may come before the stream does.
      if (this.#sends.length > 0 && this.#sender !== undefined) this.#sendNext(this.#sender);
      else if (stack.length > 0 && this.#mayScan()) {
        this.#scanner.step();
        this.context.outbox.flush();
        if (stack.length === 0 && this.#announces) {
          this.#announces = false;
          this.#say({ type: "scanned", batches: this.#emitted });
        }
      } else if (this.#isUnflushed) this.#flush();
      else if (this.#leaves) break;
      else this.#sleeper.sleep(WAIT_MS);
    }
    this.context.outbox.flush();
  }

  /** Gives back what it holds; says on the stream that nothing more comes, if all is well. */
  close(): void {
    if (this.#leaves && !this.#sleeper.stopped) this.#sender?.end();
    this.#sender?.close();
    this.#sockets?.end();
  }

  #mayScan(): boolean {
    return Atomics.load(this.begin.window, 0) < WINDOW_ENTRIES;
  }

  #say(message: FromSourceMover, transfer: Transferable[] = []): void {
    this.begin.port.postMessage(message, transfer);
  }

  /** Takes one message; false when there is none. */
  #hear(): boolean {
    // The type in node:worker_threads knows only its own ports.
    const received = receiveMessageOnPort(this.begin.port as never);
    if (received === undefined) return false;
    const message = (received as { readonly message: ToSourceMover }).message;
    if (message.type === "attach") this.#attach(message);
    else if (message.type === "scan") {
      for (const task of message.tasks) this.#scanner.stack.push(task);
      this.#announces ||= message.announces;
    } else if (message.type === "send") this.#sends.push(message);
    else if (message.type === "remove") {
      this.#remover ??= new RemoveArrived(this.context);
      this.#remover.remove(message.batch, message.ranges);
      this.#settle(message.number);
    } else if (message.type === "remove-directories") {
      this.#remover?.removeDirectories();
      this.context.outbox.flush();
      this.#say({ type: "removed" });
    } else this.#leaves = true;
    return true;
  }

  #attach({ stream }: Message<"attach">): void {
    const outlet = openOutlet(stream, this.#sleeper, this.context.sys, this.#sockets);
    this.#sender = new FileSender(this.context, outlet);
  }

  #sendNext(sender: FileSender): void {
    const next = this.#sends.shift();
    if (next === undefined) return;
    const result = sender.send(next.batch, next.ranges, next.weight);
    this.#isUnflushed = true;
    if (result < 0) this.#broke(result);
    this.#settle(next.number);
  }

  #flush(): void {
    this.#isUnflushed = false;
    const result = this.#sender?.flush() ?? 0;
    if (result < 0) this.#broke(result);
  }

  #settle(number: number): void {
    this.context.outbox.flush();
    this.#say({ type: "settled", number });
  }

  #broke(result: number): void {
    if (this.context.stopping || this.#sleeper.stopped) return;
    this.#sends.length = 0;
    this.#isUnflushed = false;
    this.#say({ type: "stream-failed", errno: -result });
  }
}
