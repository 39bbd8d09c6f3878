import type { RemovedRows } from "../../core/admin/mod.ts";
import type { ListingFailure } from "../../core/listing/types.ts";
import { kindWord } from "../../core/entry/kind.ts";
import { pathBytes } from "../../core/endpoint/mod.ts";
import { shownName } from "../listing/name.ts";
import { type Place, writtenPlace } from "../listing/place.ts";
import type { LookingRun } from "../listing/run.ts";
import { bytes, counted } from "../output/numbers.ts";

const NEWLINE = 10;

/** Prints what was removed (or would be), and counts it. */
export class RemovalPrinter {
  /** Entries that went. */
  entries = 0;
  /** Bytes that their files held. */
  bytes = 0;
  /** Entries that stay because they could not be removed. */
  failures = 0;
  readonly #places: readonly Place[];
  readonly #several: boolean;

  /** With `each`, a line or an object of JSON for every entry. */
  constructor(readonly run: LookingRun, readonly each: boolean) {
    this.#places = run.invocation.operands.map(writtenPlace);
    this.#several = this.#places.length > 1;
  }

  /** Takes one step of a removal in. */
  take(step: RemovedRows | ListingFailure): void {
    if (step.type === "failure") {
      this.failures++;
      this.run.fail(step);
      return;
    }
    this.entries += step.rows.count;
    for (let row = 0; row < step.rows.count; row++) {
      this.bytes += step.rows.sizes[row] ?? 0;
      if (this.each) this.#print(step, row);
    }
    this.run.out.settle();
  }

  /** How much it was: `1 entry` or `1,200 entries, 3.4 MB`. */
  get amount(): string {
    return amount(this.entries, this.bytes);
  }

  #print({ endpoint, rows }: RemovedRows, row: number): void {
    const { run } = this;
    const place = this.#places[endpoint] ?? writtenPlace("");
    const path = rows.paths.view(row);
    if (run.json) {
      const given = run.invocation.operands[endpoint] ?? "";
      run.printJson({
        type: "removed",
        ...(this.#several && { endpoint: pathBytes(given) }),
        path,
        kind: kindWord(rows.kinds[row] ?? 0),
        size: rows.sizes[row] ?? 0,
      });
      return;
    }
    const { out } = run;
    const pieces = path.length === 0 ? [place.self] : [place.prefix, path];
    for (const piece of pieces) {
      if (run.terminal) out.text(shownName(piece));
      else out.add(piece);
    }
    out.byte(NEWLINE);
  }
}

/** Entries and, if they hold any, their bytes. */
export function amount(entries: number, size: number): string {
  const number = counted(entries, "entry", "entries");
  return size === 0 ? number : `${number}, ${bytes(size)}`;
}
