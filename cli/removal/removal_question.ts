import type { RemovedRows } from "../../core/admin/mod.ts";
import { Kind } from "../../core/entry/kind.ts";
import type { ListingFailure } from "../../core/listing/types.ts";
import type { Argument } from "../arguments/invocation.ts";
import { shownName } from "../listing/name.ts";
import { type Place, writtenPlace } from "../listing/place.ts";
import type { Console } from "../output/console.ts";
import { count, counted } from "../output/numbers.ts";
import { isAgreed } from "../run/question.ts";
import { amount } from "./removal_printer.ts";

/** Names shown in the question. */
const SAMPLES = 10;

/** What would be removed, gathered from a dry run, and the question about it. */
export class RemovalQuestion {
  /** Entries that would go. */
  entries = 0;
  #bytes = 0;
  #failures = 0;
  readonly #places: readonly Place[];
  /** What was named itself comes first: it tells most. */
  readonly #named: string[] = [];
  readonly #below: string[] = [];

  constructor(operands: readonly Argument[]) {
    this.#places = operands.map(writtenPlace);
  }

  /** How much would go. */
  get amount(): string {
    return amount(this.entries, this.#bytes);
  }

  /** Takes one step of the dry run in. */
  take(step: RemovedRows | ListingFailure): void {
    if (step.type === "failure") {
      this.#failures++;
      return;
    }
    const { endpoint, rows } = step;
    const place = this.#places[endpoint] ?? writtenPlace("");
    this.entries += rows.count;
    for (let row = 0; row < rows.count; row++) {
      this.#bytes += rows.sizes[row] ?? 0;
      const isNamed = rows.paths.lengths[row] === 0;
      const samples = isNamed ? this.#named : this.#below;
      if (samples.length >= SAMPLES) continue;
      const slash = rows.kinds[row] === Kind.Directory ? "/" : "";
      const name = isNamed
        ? shownName(place.self).replace(/\/+$/, "")
        : shownName(place.prefix) + shownName(rows.paths.view(row));
      samples.push(name + slash);
    }
  }

  /** Shows what would go and asks. */
  async ask(console: Console, signal: AbortSignal): Promise<boolean> {
    const samples = [...this.#named, ...this.#below].slice(0, SAMPLES);
    const isOne = this.entries === 1;
    console.tell(`${isOne ? "This" : "These"} would be removed, ${this.amount}:`);
    for (const sample of samples) console.tell(`  ${sample}`);
    if (this.entries > samples.length) {
      console.tell(`  and ${count(this.entries - samples.length)} more`);
    }
    if (this.#failures > 0) {
      const number = counted(this.#failures, "other entry", "other entries");
      console.tell(`${number} cannot be removed, and will stay with what holds them.`);
    }
    return await isAgreed(console, `Remove ${isOne ? "it" : "them"}?`, signal);
  }
}
