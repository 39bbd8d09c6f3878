import type { Sink } from "../../../cli/output/console.ts";

/** A stream that keeps what is written to it. */
export class Recorder implements Sink {
  text = "";
  writes = 0;
  /** Thrown by the next write. */
  failure: Error | undefined;

  constructor(readonly terminal: boolean) {}

  writeSync(bytes: Uint8Array): number {
    if (this.failure) throw this.failure;
    this.writes++;
    this.text += new TextDecoder().decode(bytes);
    return bytes.length;
  }

  isTerminal(): boolean {
    return this.terminal;
  }
}
