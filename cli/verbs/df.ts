import { df } from "../../core/admin/df.ts";
import type { FilesystemRow } from "../../core/listing/types.ts";
import { pathBytes } from "../../core/endpoint/mod.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { roundsSizes } from "../listing/form.ts";
import { shownName } from "../listing/name.ts";
import { look, type LookingRun } from "../listing/run.ts";
import { humanSize } from "../listing/size.ts";
import { cellText, tableLines } from "../listing/table.ts";

const BYTES = ["TYPE", "MODE", "SIZE", "USED", "AVAIL", "USE%"];
const INODES = ["TYPE", "MODE", "INODES", "IUSED", "IFREE", "IUSE%"];
/** Columns of numbers. */
const RIGHT = [2, 3, 4, 5];

/** `blit-utils df ENDPOINT...` */
export function run(invocation: Invocation): Promise<number> {
  return look(invocation, async (run) => {
    const rows: string[][] = [];
    const endpoints: Argument[] = [];
    for (const endpoint of invocation.operands) {
      await run.attempt(async () => {
        const row = await df(endpoint);
        run.entries++;
        if (run.json) {
          run.printJson({ type: "filesystem", endpoint: pathBytes(endpoint), ...row });
          return;
        }
        rows.push(cellsOf(run, row));
        endpoints.push(endpoint);
      });
    }
    if (rows.length > 0) print(run, rows, endpoints);
  });
}

function cellsOf(run: LookingRun, row: FilesystemRow): string[] {
  const start = [cellText(row.filesystem), row.readOnly ? "ro" : "rw"];
  if (run.invocation.has("inodes")) {
    const { inodes, inodesUsed } = row;
    const free = inodes - inodesUsed;
    return [...start, ...[inodes, inodesUsed, free].map(String), share(inodesUsed, free)];
  }
  const { size, used, available } = row;
  const shown = [size, used, available].map(roundsSizes(run) ? humanSize : String);
  return [...start, ...shown, share(used, available)];
}

/** Of what can be used at all, rounded up as df does; what is kept for root is left out. */
function share(used: number, free: number): string {
  return used + free === 0 ? "-" : `${Math.ceil(used * 100 / (used + free))}%`;
}

/** The endpoints come last, because they are names. */
function print(run: LookingRun, rows: readonly string[][], endpoints: readonly Argument[]): void {
  const { out, terminal } = run;
  const heading = run.invocation.has("inodes") ? INODES : BYTES;
  const lines = tableLines(rows, { terminal, heading, right: RIGHT });
  if (terminal) out.text(`${lines.shift() ?? ""}  ENDPOINT\n`);
  for (const [at, line] of lines.entries()) {
    const name = pathBytes(endpoints[at] ?? "");
    if (terminal) out.text(`${line}  ${shownName(name)}\n`);
    else {
      out.text(`${line}\t`);
      out.add(name);
      out.text("\n");
    }
  }
}
