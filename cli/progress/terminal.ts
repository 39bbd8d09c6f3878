import type { ProgressEvent } from "../../core/transfer/events.ts";
import type { Console, Overlay } from "../output/console.ts";
import { ProgressLine } from "./line.ts";
import type { ProgressView } from "./view.ts";

const UNKNOWN_COLUMNS = 80;

/**
 * One line at a terminal, redrawn in place. The cursor is never hidden, so there is nothing to
 * restore when the process dies; it only has to be on an empty line again.
 */
export class TerminalProgress implements ProgressView, Overlay {
  readonly #line = new ProgressLine();
  #drawn = 0;

  constructor(readonly console: Console, readonly columns: () => number = terminalColumns) {
    console.overlay = this;
  }

  update(event: ProgressEvent): void {
    // The last column stays free: some terminals wrap as soon as it is written.
    const columns = Math.max(2, this.columns());
    const text = this.#line.format(event, columns - 1);
    this.console.draw(
      this.#backToStart(columns) + text + (this.#drawn > text.length ? "\x1b[K" : ""),
    );
    this.#drawn = text.length;
  }

  hide(): void {
    if (this.#drawn === 0) return;
    this.console.draw(this.#backToStart(Math.max(2, this.columns())) + "\x1b[K");
    this.#drawn = 0;
  }

  close(): void {
    this.hide();
    this.console.overlay = undefined;
  }

  /** A window made narrower has wrapped the old line: go up to where it begins and clear it. */
  #backToStart(columns: number): string {
    const wrapped = Math.ceil(this.#drawn / columns) - 1;
    return wrapped > 0 ? `\r\x1b[${wrapped}A\x1b[J` : "\r";
  }
}

function terminalColumns(): number {
  try {
    // Asked every time: it costs 0.3 ms, and no resize can be missed.
    // A terminal that does not know its size says 0.
    return Deno.consoleSize().columns || UNKNOWN_COLUMNS;
  } catch {
    return UNKNOWN_COLUMNS;
  }
}
