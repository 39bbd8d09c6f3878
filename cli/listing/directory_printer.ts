import { type Listing, RowMark } from "../../core/admin/looking.ts";
import { pathBytes } from "../../core/endpoint/mod.ts";
import type { Argument } from "../arguments/invocation.ts";
import { entryJson } from "./entry_json.ts";
import { EntryLines, type LineForm } from "./lines.ts";
import { shownName } from "./name.ts";
import { sortedOrder, type SortKey } from "./order.ts";
import { joined, type Place, relativePlace, writtenPlace } from "./place.ts";
import { Rows } from "./rows.ts";
import type { LookingRun } from "./run.ts";

/** Entries of one directory that are sorted unless somebody asks for more to be. */
export const SORTED_UNASKED = 65_536;

const EMPTY = new Uint8Array(0);
const SLASH = Uint8Array.of(47);

/** How `ls` lists. */
export interface ListForm extends LineForm {
  readonly sort: SortKey | "none";
  /** It was asked for: directories are sorted however large they are. */
  readonly sortAsked: boolean;
  readonly reverse: boolean;
  /** A line with its path stands before what a directory holds. */
  readonly headings: boolean;
  /** The endpoint stands in every object of JSON. */
  readonly several: boolean;
}

/** Prints what `ls` lists of one endpoint: directory after directory, each sorted. */
export class DirectoryPrinter {
  readonly #rows: Rows;
  readonly #lines: EntryLines;
  readonly #place: Place;
  readonly #written: Place;
  /** Path of the directory at hand with a slash behind it; empty for the endpoint itself. */
  #directory: Uint8Array = EMPTY;
  #streams = false;

  constructor(
    readonly run: LookingRun,
    readonly endpoint: Argument,
    readonly form: ListForm,
    readonly canonical: Place | undefined,
  ) {
    this.#place = canonical ?? relativePlace(endpoint);
    this.#written = writtenPlace(endpoint);
    const byName = form.sort === "name" || form.sort === "none";
    this.#rows = new Rows(run.json || form.long || form.colour || !byName);
    this.#lines = new EntryLines(run.out, form, this.#place);
  }

  /** Takes a chunk. */
  add(listing: Listing): void {
    const { count, marks, paths } = listing;
    for (let row = 0; row < count; row++) {
      if (marks[row] === RowMark.Heading) this.#enter(paths.view(row));
      else {
        // A file that was named has an empty path.
        const skip = Math.min(this.#directory.length, paths.lengths[row] ?? 0);
        this.#rows.add(listing, row, skip);
      }
    }
    const { sort, sortAsked } = this.form;
    if (!sortAsked && !this.#streams && this.#rows.count > SORTED_UNASKED) this.#giveUpSorting();
    if (sort === "none" || this.#streams) this.#print(false);
  }

  /** Prints what is left. */
  finish(): void {
    this.#print(this.form.sort !== "none" && !this.#streams);
  }

  #enter(path: Uint8Array): void {
    this.finish();
    this.#streams = false;
    this.#directory = path.length === 0 ? EMPTY : joined(path, SLASH);
    if (!this.form.headings) return;
    const { out } = this.run;
    const heading = this.#named();
    out.text(this.run.sections++ > 0 || this.run.entries > 0 ? "\n" : "");
    if (this.form.terminal) out.text(shownName(heading));
    else out.add(heading);
    out.text(":\n");
  }

  /** The directory at hand as the user would name it. */
  #named(): Uint8Array {
    const path = this.#directory.subarray(0, -1);
    return path.length === 0 ? this.#written.self : joined(this.#written.prefix, path);
  }

  #giveUpSorting(): void {
    this.#streams = true;
    this.run.tell(
      `"${
        shownName(this.#named())
      }" has more than ${SORTED_UNASKED} entries, which are printed as they come; ` +
        "--sort name sorts them.",
    );
  }

  #print(sorted: boolean): void {
    const { run, form } = this;
    const rows = this.#rows;
    if (rows.count === 0) return;
    run.entries += rows.count;
    const order = sorted && form.sort !== "none"
      ? sortedOrder(rows, form.sort, form.reverse)
      : undefined;
    if (run.json) this.#json(order);
    else this.#lines.print(rows, order, this.#prefix());
    rows.clear();
  }

  #prefix(): Uint8Array {
    if (this.form.headings) return EMPTY;
    return joined(this.#place.prefix, this.#directory);
  }

  #json(order: Uint32Array | undefined): void {
    const place = {
      directory: this.#directory,
      canonical: this.canonical,
      endpoint: this.form.several ? pathBytes(this.endpoint) : undefined,
    };
    for (let at = 0; at < this.#rows.count; at++) {
      this.run.out.text(entryJson(this.#rows, order?.[at] ?? at, place));
    }
  }
}
