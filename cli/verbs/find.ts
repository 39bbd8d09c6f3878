import { findChunks, type Listing } from "../../core/admin/looking.ts";
import { Kind } from "../../core/entry/kind.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { entryJson } from "../listing/entry_json.ts";
import { findOptions } from "../listing/find_options.ts";
import { lineForm } from "../listing/form.ts";
import { EntryLines, type LineForm } from "../listing/lines.ts";
import { canonicalPlace, type Place, relativePlace } from "../listing/place.ts";
import { Rows } from "../listing/rows.ts";
import { look, type LookingRun } from "../listing/run.ts";

const DOT = new TextEncoder().encode(".");
const EMPTY = new Uint8Array(0);

/** `blit-utils find [ENDPOINT]` */
export function run(invocation: Invocation): Promise<number> {
  const options = findOptions(invocation);
  return look(invocation, (run) =>
    run.attempt(async () => {
      // The table lets one through at most.
      const [endpoint = "."] = run.endpoints;
      run.turnTo(endpoint);
      const needsStats = run.json || invocation.has("long");
      const canonical = invocation.has("canonical") ? await canonicalPlace(endpoint) : undefined;
      const printer = new FoundPrinter(run, endpoint, canonical);
      const wanted = { ...options, targets: needsStats, pathsOnly: !needsStats };
      for await (const found of findChunks(endpoint, wanted)) {
        if (found.type === "failure") run.fail(found);
        else printer.print(found);
        const settled = run.out.settle();
        if (settled !== undefined) await settled;
        if (run.out.lost) return;
      }
    }));
}

/** Prints chunks: straight from their bytes where that is all there is to do. */
class FoundPrinter {
  readonly #form: LineForm;
  readonly #rows: Rows;
  #lines: EntryLines;
  readonly #place: Place;

  constructor(
    readonly run: LookingRun,
    endpoint: Argument,
    readonly canonical: Place | undefined,
  ) {
    this.#form = lineForm(run);
    this.#rows = new Rows(run.json || this.#form.long);
    this.#place = canonical ?? relativePlace(endpoint);
    this.#lines = new EntryLines(run.out, this.#form, this.#place);
  }

  print(found: Listing): void {
    const { run } = this;
    const { paths, count } = found;
    run.entries += count;
    const { terminal, long, end } = this.#form;
    const isSelf = count > 0 && paths.lengths[0] === 0;
    if (!run.json && !terminal && !long && !isSelf) {
      if (this.#place.prefix.length === 0) {
        run.out.paths(paths.bytes, paths.used, paths.lengths, count, end);
      } else this.#prefixed(found);
      return;
    }
    this.#rows.clear();
    for (let row = 0; row < count; row++) this.#rows.add(found, row, 0);
    if (run.json) this.#json();
    else {
      if (isSelf && this.canonical === undefined) this.#nameSelf(found.kinds[0] ?? 0);
      this.#lines.print(this.#rows, undefined, this.#place.prefix);
    }
  }

  #prefixed({ paths, count }: Listing): void {
    const { out } = this.run;
    for (let row = 0; row < count; row++) {
      const offset = paths.offsets[row] ?? 0;
      out.add(this.#place.prefix);
      out.add(paths.bytes, offset, offset + (paths.lengths[row] ?? 0));
      out.byte(this.#form.end);
    }
  }

  /** A directory is `.` relative to itself; a file has the name it was given. */
  #nameSelf(kind: number): void {
    if (kind !== Kind.Directory) return;
    this.#lines = new EntryLines(this.run.out, this.#form, { ...this.#place, self: DOT });
  }

  #json(): void {
    const place = { directory: EMPTY, canonical: this.canonical, endpoint: undefined };
    for (let row = 0; row < this.#rows.count; row++) {
      this.run.out.text(entryJson(this.#rows, row, place));
    }
  }
}
