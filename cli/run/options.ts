import type { CompareMode, TransferOptions } from "../../core/transfer/options.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import { textOf } from "./text.ts";

/** Options that choose entries. */
export const FILTERS: readonly string[] = [
  "exclude",
  "include",
  "exclude-from",
  "files-from",
  "min-size",
  "max-size",
  "min-age",
  "max-age",
];

/** The library's options for what was given on the command line. */
export async function transferOptions(invocation: Invocation): Promise<TransferOptions> {
  const archive = invocation.has("archive");
  const backupDir = invocation.value("backup-dir");
  const workers = invocation.value("workers");
  return {
    dryRun: invocation.has("dry-run"),
    compare: compareMode(invocation),
    ignoreExisting: invocation.has("ignore-existing"),
    update: invocation.has("update"),
    xattrs: archive || invocation.has("xattrs"),
    acls: archive || invocation.has("acls"),
    durable: invocation.has("durable"),
    resume: invocation.has("resume"),
    forceDelete: invocation.has("force-delete"),
    ...(backupDir !== undefined && { backupDir }),
    ...(invocation.has("force-grpc-data") && { forceGrpcData: true }),
    ...(workers !== undefined && { workers: countOf(textOf(workers, "workers"), "workers") }),
    ...(FILTERS.some((name) => invocation.has(name)) && {
      filter: await (await import("./filter.ts")).filterOptions(invocation),
    }),
  };
}

function compareMode(invocation: Invocation): CompareMode {
  if (invocation.has("checksum")) return "checksum";
  if (invocation.has("size-only")) return "size";
  return invocation.has("ignore-times") ? "always" : "size-mtime";
}

function countOf(text: string, option: string): number {
  const number = Number(text);
  if (/^\d{1,3}$/.test(text) && number >= 1) return number;
  throw new UsageError(`--${option} ${JSON.stringify(text)} is not a number from 1 to 999.`);
}
