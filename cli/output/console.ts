/** Where bytes go: `Deno.stdout`, `Deno.stderr`, or a stand-in in tests. */
export interface Sink {
  writeSync(bytes: Uint8Array): number;
  /** The same, while the event loop goes on. */
  write?(bytes: Uint8Array): Promise<number>;
  isTerminal(): boolean;
}

/** Something drawn on the last line of the terminal that has to go before other text comes. */
export interface Overlay {
  hide(): void;
}

const HOLD_CHARACTERS = 16 * 1024;
const HOLD_MS = 100;
/** Until a pipe that is full is tried again. */
const PAUSE_MS = 5;

/**
 * The two streams: stdout for results, stderr for people.
 *
 * Results are gathered into larger writes, as a line for each of 100,000 entries would cost as
 * many system calls. When the reader of a stream goes away (`blit -v ... | head`), what would
 * still be written there is dropped and the run goes on; `outputLost` tells. So it is where nothing
 * can be written, as to a full disk, but that is said, and the program ends with 1; see `finish`.
 */
export class Console {
  readonly #encoder = new TextEncoder();
  readonly #lost = new Set<Sink>();
  #failed = false;
  #held = "";
  #heldSince = 0;
  #overlay: Overlay | undefined;

  constructor(
    readonly output: Sink = Deno.stdout,
    readonly people: Sink = Deno.stderr,
  ) {}

  /** Whether nobody reads stdout any more. */
  get outputLost(): boolean {
    return this.#lost.has(this.output);
  }

  /** Sets or removes what is drawn on the last line. */
  set overlay(overlay: Overlay | undefined) {
    this.#overlay = overlay;
  }

  /** A line of results. */
  print(line: string): void {
    if (this.#held === "") this.#heldSince = performance.now();
    this.#held += line + "\n";
    if (this.#held.length >= HOLD_CHARACTERS || performance.now() - this.#heldSince >= HOLD_MS) {
      this.flush();
    }
  }

  /** Writes the results that are still held. */
  flush(): void {
    if (this.#held === "") return;
    this.#overlay?.hide();
    const held = this.#held;
    this.#held = "";
    this.#write(this.output, this.#encoder.encode(held));
  }

  /**
   * Writes the results that are still held, and gives the exit code of a program whose work came to
   * `code`: 1 where somebody may wait for results that could not be written.
   */
  finish(code: number): number {
    this.flush();
    return this.#failed ? 1 : code;
  }

  /** Results as they are, without a line's end, after those that came before; for larger pieces. */
  write(bytes: Uint8Array): void {
    this.flush();
    this.#overlay?.hide();
    this.#write(this.output, bytes);
  }

  /**
   * Like `write`, but lets the event loop go on until the reader has taken all: a pager may take its
   * time, and a server must hear from this process meanwhile.
   */
  async pour(bytes: Uint8Array): Promise<void> {
    const { output } = this;
    if (output.write === undefined) return this.write(bytes);
    this.flush();
    this.#overlay?.hide();
    while (bytes.length > 0 && !this.#lost.has(output)) {
      try {
        bytes = bytes.subarray(await output.write(bytes));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) {
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        } else this.#lose(output, error);
      }
    }
  }

  /** A line for people, after the results that came before it. */
  tell(line: string): void {
    this.flush();
    this.#overlay?.hide();
    this.#write(this.people, this.#encoder.encode(line + "\n"));
  }

  /** Text for people as it is, without a line's end; for what is drawn. */
  draw(text: string): void {
    this.#write(this.people, this.#encoder.encode(text));
  }

  #write(sink: Sink, bytes: Uint8Array): void {
    if (this.#lost.has(sink)) return;
    while (bytes.length > 0) {
      try {
        bytes = bytes.subarray(sink.writeSync(bytes));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) pause();
        else return this.#lose(sink, error);
      }
    }
  }

  /** The run goes on without its words: the transfer matters more. */
  #lose(sink: Sink, error: unknown): void {
    this.#lost.add(sink);
    if (sink !== this.output || error instanceof Deno.errors.BrokenPipe) return;
    this.#failed = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.tell(`blit: Cannot write to standard output: ${reason}`);
  }
}

/** A pipe that another program made non-blocking is full: wait for its reader. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
