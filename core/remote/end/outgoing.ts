import type { Frame } from "../../../proto/generated/blit.ts";
import { WireError } from "../batch/mod.ts";
import type { EndHost } from "./end_host.ts";

/** Bytes of batches in one message: enough to be worth it, and soon on their way. */
const MESSAGE_BYTES: number = 256 * 1024;
/** Bytes of frames, batches aside, that may wait before whoever makes them should wait. */
const LONG_BYTES: number = 1024 * 1024;

/**
 * Frames on their way to the other end, in order. Batches and answers that pile up while the link
 * has no room go together in one message.
 */
export class Outgoing {
  readonly #waiting: Frame[] = [];
  #batches: Uint8Array[] = [];
  #batchBytes = 0;
  /** What the frames that wait hold, about. */
  #frameBytes = 0;
  #sending: Promise<void> | undefined;
  #shortened: PromiseWithResolvers<void> | undefined;

  constructor(readonly host: Pick<EndHost, "send" | "fail">) {}

  /** Sends an encoded batch. */
  batch(bytes: Uint8Array): void {
    if (this.#batchBytes + bytes.length > MESSAGE_BYTES) this.#closeBatches();
    this.#batches.push(bytes);
    this.#batchBytes += bytes.length + 4;
    this.#start();
  }

  /** Sends a frame behind everything before it. */
  frame(frame: Frame): void {
    this.#closeBatches();
    this.#frameBytes += sizeOf(frame);
    const last = this.#waiting.at(-1)?.body;
    const { body } = frame;
    // Answers that wait go in one message, but those that may be large.
    if (
      last?.$case === body?.$case && (last?.$case === "needs" || last?.$case === "arrived") &&
      (body?.$case === "needs" || body?.$case === "arrived") &&
      last.value.lists.at(-1)?.bases.length === 0 && body.value.lists.at(-1)?.bases.length === 0
    ) last.value.lists.push(...body.value.lists);
    else this.#waiting.push(frame);
    this.#start();
  }

  /** So much waits that whoever makes frames should wait as well. */
  get isLong(): boolean {
    return this.#frameBytes > LONG_BYTES;
  }

  /** Resolves when less waits, or nothing can be sent any more. */
  async shortened(): Promise<void> {
    while (this.isLong && this.#sending !== undefined) {
      this.#shortened ??= Promise.withResolvers();
      await this.#shortened.promise;
    }
  }

  /** Resolves when everything has been handed to the link. */
  async flushed(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  #closeBatches(): void {
    if (this.#batches.length === 0) return;
    const data = new Uint8Array(this.#batchBytes);
    const view = new DataView(data.buffer);
    let at = 0;
    for (const bytes of this.#batches) {
      view.setUint32(at, bytes.length, true);
      data.set(bytes, at + 4);
      at += 4 + bytes.length;
    }
    this.#batches = [];
    this.#batchBytes = 0;
    this.#waiting.push({ body: { $case: "batches", value: { data } } });
  }

  #start(): void {
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    try {
      // What comes in during this turn goes along.
      await Promise.resolve();
      for (let frame = this.#take(); frame !== undefined; frame = this.#take()) {
        await this.host.send(frame);
        this.#frameBytes -= sizeOf(frame);
        if (!this.isLong) this.#release();
      }
    } catch (error) {
      this.host.fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      // In the moment in which nothing waits: what comes in the next one starts it again.
      this.#sending = undefined;
      this.#release();
    }
  }

  /** The next frame, which is sent by whoever takes it. */
  #take(): Frame | undefined {
    if (this.#waiting.length === 0) this.#closeBatches();
    return this.#waiting.shift();
  }

  #release(): void {
    this.#shortened?.resolve();
    this.#shortened = undefined;
  }
}

/** Bytes of a frame, about; batches are bounded by their window. */
function sizeOf({ body }: Frame): number {
  if (body?.$case === "needs" || body?.$case === "arrived") {
    return body.value.lists.reduce((sum, { ranges, bases }) => {
      const values = bases.reduce((bytes, basis) => bytes + basis.values.length, 0);
      return sum + ranges.length + values + 64;
    }, 0);
  }
  if (body?.$case === "values") return body.value.values.length + 64;
  if (body?.$case !== "parcel") return 64;
  const { entries, failures } = body.value;
  const path = (sum: number, one: { readonly path: Uint8Array }): number =>
    sum + one.path.length + 128;
  return failures.reduce(path, entries.reduce(path, 64));
}

/**
 * The batches of a message.
 *
 * @throws {WireError} for lengths that do not fit the message
 */
export function* batchesOf(data: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  for (let at = 0; at < data.length;) {
    if (at + 4 > data.length) throw broken("a message of batches breaks off");
    const length = view.getUint32(at, true);
    const end = at + 4 + length;
    if (end > data.length) throw broken("a batch is longer than its message");
    // Not slice(): of a node:buffer, which messages are, it shares the memory.
    yield new Uint8Array(data.subarray(at + 4, end));
    at = end;
  }
}

function broken(what: string): WireError {
  return new WireError("batches", `What the other end sent cannot be read: ${what}.`);
}
