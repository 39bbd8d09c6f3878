import type { ModuleList } from "../../core/admin/mod.ts";
import { modules } from "../../core/admin/modules.ts";
import { formatEndpoint } from "../../core/endpoint/endpoint.ts";
import { type HostEndpoint, parseHost } from "../../core/endpoint/host.ts";
import type { LookingRun } from "./run.ts";
import { cellText, tableLines } from "./table.ts";

/** What a daemon exports, as it is printed. */
interface Export {
  readonly endpoint: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly comment: string;
  /** It is what the daemon serves where no module is named. */
  readonly isDefault: boolean;
}

/**
 * Prints what a daemon exports.
 *
 * @throws {TransferError} for what is no host, or cannot be reached
 */
export async function printModules(run: LookingRun, host: string | Uint8Array): Promise<void> {
  const endpoint = parseHost(host);
  const list = await modules(host);
  const exported = exportsOf(endpoint, list);
  run.entries += exported.length;
  if (run.json) printJson(run, endpoint, list, exported);
  else printTable(run, list, exported);
}

function exportsOf(host: HostEndpoint, list: ModuleList): Export[] {
  const place = (module: string | undefined): string =>
    String(formatEndpoint({
      kind: "remote",
      host: host.host,
      port: host.port,
      module,
      path: new Uint8Array(0),
      content: true,
      text: "",
    }));
  const own = list.modules.map(({ name, comment, readOnly }) => ({
    endpoint: place(name),
    name,
    readOnly,
    comment,
    isDefault: false,
  }));
  if (!list.defaultExport) return own;
  const readOnly = list.defaultReadOnly;
  return [...own, { endpoint: place(undefined), name: "", readOnly, comment: "", isDefault: true }];
}

function printTable(run: LookingRun, list: ModuleList, exported: readonly Export[]): void {
  const { out, terminal } = run;
  // What the daemon says stands apart from what it exports, which programs may read.
  const words = list.motd.replace(/\n+$/, "");
  if (words !== "" && terminal) {
    for (const line of words.split("\n")) out.text(`${cellText(line)}\n`);
    out.text("\n");
  }
  if (exported.length === 0) run.tell("The daemon exports nothing.");
  const rows = exported.map(({ endpoint, readOnly, comment, isDefault }) => [
    cellText(endpoint),
    readOnly ? "read-only" : "read-write",
    isDefault ? "what it exports by default" : cellText(comment),
  ]);
  if (rows.length === 0) return;
  for (const line of tableLines(rows, { terminal, heading: ["MODULE", "ACCESS", "COMMENT"] })) {
    out.text(`${line}\n`);
  }
}

function printJson(
  run: LookingRun,
  { host, port }: HostEndpoint,
  { motd, version }: ModuleList,
  exported: readonly Export[],
): void {
  run.printJson({ type: "daemon", host, port, version, motd });
  for (const { name, endpoint, comment, readOnly, isDefault } of exported) {
    run.printJson({
      type: "module",
      ...(!isDefault && { name }),
      endpoint,
      comment,
      readOnly,
      default: isDefault,
    });
  }
}
