import { pathKey } from "../../entry/path.ts";
import type { StatTable } from "../../entry/stats.ts";
import type { LoggedDirectory } from "../../movers/run_log.ts";
import type { Attributes } from "../../scan/origin.ts";
import type { Name } from "../../sys/mod.ts";

/** A directory that is finished at the end of the run, with what it shall be given then. */
export interface LoggedRow extends LoggedDirectory {
  /** mode, uid, gid, mtime's seconds and nanoseconds. */
  readonly row: Float64Array<ArrayBuffer>;
  readonly attributes: Attributes | undefined;
}

/**
 * The directories whose metadata is put off, with their rows: their source is elsewhere and
 * cannot be asked again.
 */
export class Unfinished {
  readonly #rows = new Map<string, LoggedRow>();

  /** Keeps row `index` of a table for a directory. */
  note(
    source: number,
    path: Name,
    table: StatTable,
    index: number,
    attributes: Attributes | undefined,
  ): void {
    const row = Float64Array.of(
      table.mode[index]!, // a row that the caller has filled
      table.uid[index]!,
      table.gid[index]!,
      table.mtimeSeconds[index]!,
      table.mtimeNanoseconds[index]!,
    );
    this.add({ source, path: path.slice(), row, attributes });
  }

  /** Keeps what another mover has noted. */
  add(logged: LoggedRow): void {
    this.#rows.set(keyOf(logged), logged);
  }

  /** What is kept for a directory. */
  find(directory: LoggedDirectory): LoggedRow | undefined {
    return this.#rows.get(keyOf(directory));
  }

  /** All that is kept, which is then forgotten. */
  take(): LoggedRow[] {
    const rows = [...this.#rows.values()];
    this.#rows.clear();
    return rows;
  }
}

function keyOf({ source, path }: LoggedDirectory): string {
  return `${source} ${pathKey(path)}`;
}

/** Fills row `index` of a table from what was kept. */
export function restoreRow({ row }: LoggedRow, table: StatTable, index: number): void {
  const [mode = 0, uid = 0, gid = 0, seconds = 0, nanoseconds = 0] = row;
  table.mode[index] = mode;
  table.uid[index] = uid;
  table.gid[index] = gid;
  table.mtimeSeconds[index] = seconds;
  table.mtimeNanoseconds[index] = nanoseconds;
}
