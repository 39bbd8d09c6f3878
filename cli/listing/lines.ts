import type { ByteOutput } from "../output/byte_output.ts";
import { modeLetters } from "./mode.ts";
import { painted, shownName } from "./name.ts";
import { Owners } from "./owners.ts";
import type { Place } from "./place.ts";
import type { Rows } from "./rows.ts";
import { humanSize } from "./size.ts";
import { MinuteClock } from "./time.ts";

/** How entries become lines. */
export interface LineForm {
  /** Names escaped, columns aligned; else names byte for byte and tabs. */
  readonly terminal: boolean;
  readonly colour: boolean;
  /** What ends a line: a newline or NUL. */
  readonly end: number;
  readonly long: boolean;
  readonly human: boolean;
}

const ARROW = new TextEncoder().encode(" -> ");

/** Writes entries as lines: names, or with `long` what `ls -l` tells of each. */
export class EntryLines {
  readonly #clock = new MinuteClock();
  readonly #owners: Owners;
  /** Widths of links, owner, group and size; they only grow, so that pieces of a list fit. */
  readonly #widths = [0, 0, 0, 0];

  constructor(
    readonly out: ByteOutput,
    readonly form: LineForm,
    readonly place: Place,
  ) {
    this.#owners = new Owners(form.long && place.isLocal);
  }

  /** Writes all rows; `prefix` goes before names. */
  print(rows: Rows, order: Uint32Array | undefined, prefix: Uint8Array): void {
    const { form } = this;
    if (form.long && form.terminal) this.#measure(rows);
    for (let at = 0; at < rows.count; at++) {
      const row = order?.[at] ?? at;
      if (form.long) this.#details(rows, row);
      if (form.terminal) this.#show(rows, row, prefix);
      else this.#copy(rows, row, prefix);
      this.out.byte(form.end);
    }
  }

  #measure(rows: Rows): void {
    for (let row = 0; row < rows.count; row++) {
      const cells = this.#cells(rows, row);
      for (const [column, cell] of cells.entries()) {
        this.#widths[column] = Math.max(this.#widths[column] ?? 0, cell.length);
      }
    }
  }

  #cells(rows: Rows, row: number): [string, string, string, string] {
    const size = rows.size[row] ?? 0;
    return [
      String(rows.links[row] ?? 0),
      this.#owners.user(rows.uid[row] ?? 0),
      this.#owners.group(rows.gid[row] ?? 0),
      this.form.human ? humanSize(size) : String(size),
    ];
  }

  #details(rows: Rows, row: number): void {
    const mode = modeLetters(rows.mode[row] ?? 0);
    const time = this.#clock.text(rows.mtimeSeconds[row] ?? 0);
    const [links, user, group, size] = this.#cells(rows, row);
    if (!this.form.terminal) {
      this.out.text(`${mode}\t${links}\t${user}\t${group}\t${size}\t${time}\t`);
      return;
    }
    const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = this.#widths;
    this.out.text(
      `${mode} ${links.padStart(w0)} ${user.padEnd(w1)} ${group.padEnd(w2)} ` +
        `${size.padStart(w3)} ${time} `,
    );
  }

  #copy(rows: Rows, row: number, prefix: Uint8Array): void {
    const { out } = this;
    const length = rows.lengths[row] ?? 0;
    if (length === 0) out.add(this.place.self);
    else {
      const offset = rows.offsets[row] ?? 0;
      if (prefix.length > 0) out.add(prefix);
      out.add(rows.bytes, offset, offset + length);
    }
    const target = this.form.long ? rows.targets.get(row) : undefined;
    if (target === undefined) return;
    out.add(ARROW);
    out.add(target);
  }

  #show(rows: Rows, row: number, prefix: Uint8Array): void {
    const name = rows.name(row);
    const text = name.length === 0
      ? shownName(this.place.self)
      : shownName(prefix) + shownName(name);
    const { colour, long } = this.form;
    this.out.text(colour ? painted(text, rows.kinds[row] ?? 0, rows.mode[row] ?? 0) : text);
    const target = long ? rows.targets.get(row) : undefined;
    if (target !== undefined) this.out.text(` -> ${shownName(target)}`);
  }
}
