import { findChunks, listChunks } from "../../core/admin/looking.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { DirectoryPrinter, type ListForm } from "../listing/directory_printer.ts";
import { lineForm } from "../listing/form.ts";
import { canonicalPlace } from "../listing/place.ts";
import { look, type LookingRun } from "../listing/run.ts";

const SORTS = ["name", "size", "time", "none"] as const;
/** A server alone: `server:`, `server:9032`, `[::1]:`. */
const SERVER = /^(\[[^\]]*\](:\d*)?|[^:/\\]{2,}:\d*)$/;

/** `blit ls [ENDPOINT]...` */
export function run(invocation: Invocation): Promise<number> {
  const sort = sortOf(invocation);
  return look(invocation, async (run) => {
    const several = invocation.operands.length > 1;
    const recursive = invocation.has("recursive");
    const lines = lineForm(run);
    const plain = !run.json && lines.end !== 0 && !invocation.has("canonical");
    const form: ListForm = {
      ...lines,
      sort,
      sortAsked: invocation.has("sort"),
      reverse: invocation.has("reverse"),
      headings: plain && (recursive || several) && !invocation.has("directory"),
      several,
    };
    for (const endpoint of run.endpoints) {
      await run.attempt(() =>
        typeof endpoint === "string" && SERVER.test(endpoint)
          ? listModules(run, endpoint.replace(/:$/, ""))
          : list(run, endpoint, form)
      );
    }
  });
}

async function listModules(run: LookingRun, host: string): Promise<void> {
  const { printModules } = await import("../listing/modules.ts");
  await printModules(run, host);
}

async function list(run: LookingRun, endpoint: Argument, form: ListForm): Promise<void> {
  run.turnTo(endpoint);
  const { invocation } = run;
  const canonical = invocation.has("canonical") ? await canonicalPlace(endpoint) : undefined;
  const printer = new DirectoryPrinter(run, endpoint, form, canonical);
  const targets = run.json || form.long;
  const pathsOnly = !targets && !form.colour && form.sort !== "size" && form.sort !== "time";
  const chunks = invocation.has("directory")
    ? findChunks(endpoint, { maxDepth: 0, targets, pathsOnly })
    : listChunks(endpoint, { recursive: invocation.has("recursive"), targets, pathsOnly });
  for await (const listed of chunks) {
    if (listed.type === "failure") run.fail(listed);
    else printer.add(listed);
    const settled = run.out.settle();
    if (settled !== undefined) await settled;
    if (run.out.lost) return;
  }
  printer.finish();
}

function sortOf(invocation: Invocation): ListForm["sort"] {
  const given = invocation.value("sort") ?? "name";
  const sort = SORTS.find((word) => word === given);
  if (sort !== undefined) return sort;
  throw new UsageError(
    `--sort ${JSON.stringify(given)} is not an order: give name, size, time or none.`,
    invocation.verb?.name,
  );
}
