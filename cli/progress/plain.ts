import type { ProgressEvent } from "../../core/transfer/events.ts";
import type { Console } from "../output/console.ts";
import { ProgressLine } from "./line.ts";
import type { ProgressView } from "./view.ts";

const INTERVAL_MS = 5000;

/** A whole line every few seconds, for logs. */
export class PlainProgress implements ProgressView {
  readonly #line = new ProgressLine();
  #next = 0;

  constructor(readonly console: Console) {}

  update(event: ProgressEvent): void {
    const line = this.#line.format(event);
    if (event.elapsedMs < this.#next) return;
    this.#next = event.elapsedMs + INTERVAL_MS;
    this.console.tell(line.trimStart());
  }

  close(): void {}
}
