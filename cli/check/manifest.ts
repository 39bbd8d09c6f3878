import {
  checkManifest,
  type ManifestSummary,
  writeManifest,
} from "../../core/manifest/manifest.ts";
import { mayBeRemote } from "../../core/endpoint/local_path.ts";
import { TransferError } from "../../core/transfer/failure.ts";
import type { Argument, Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage_error.ts";
import type { Console } from "../output/console.ts";
import { readWholeFile } from "../input/read_file.ts";
import { count, counted, duration } from "../output/numbers.ts";
import { reasonOf } from "../output/reason.ts";
import { FILTERS } from "../run/options.ts";
import { textOf } from "../run/text.ts";
import type { Teller } from "./teller.ts";
import { checkLine } from "./line.ts";

/** Options that mean nothing to a manifest. */
const FOREIGN = ["size-only", "archive", "xattrs", "acls", ...FILTERS];
/** Lines are written in pieces of about this many characters. */
const PIECE = 64 * 1024;

/** What `check` does with a manifest, if it is asked to do anything with one. */
export function manifestWork(
  invocation: Invocation,
  console: Console,
  tell: Teller,
  signal: AbortSignal,
): () => Promise<number> {
  const [tree = "", second] = invocation.operands;
  const writes = invocation.value("write-manifest");
  const reads = invocation.value("manifest");
  if (writes !== undefined && reads !== undefined) {
    throw new UsageError("--manifest and --write-manifest do not go together.", "check");
  }
  if (second !== undefined) {
    throw new UsageError("With a manifest there is no destination: give one tree.", "check");
  }
  const foreign = FOREIGN.find((name) => invocation.has(name));
  if (foreign !== undefined) {
    throw new UsageError(`--${foreign} does not go together with a manifest.`, "check");
  }
  const name = writes === undefined ? "manifest" : "write-manifest";
  const file = textOf(writes ?? reads ?? "", name);
  if (file === "") throw new UsageError(`--${name} names no file.`, "check");
  const means = { tree, file, tell, signal };
  if (writes !== undefined) return () => write(means, console);
  const checksum = invocation.has("checksum");
  return () => check(means, checksum);
}

interface Means {
  readonly tree: Argument;
  readonly file: string;
  readonly tell: Teller;
  readonly signal: AbortSignal;
}

async function check({ tree, file, tell, signal }: Means, checksum: boolean): Promise<number> {
  const summary = await checkManifest(tree, contentOf(file), {
    checksum,
    owners: isRoot(),
    signal,
    except: await within(tree, [file]),
    onEvent: (event) => tell.event(event),
  });
  tell.finish(summary, checkLine(summary));
  return summary.exitCode;
}

/** Writes beside the file, and puts it in its place when it is whole. */
async function write({ tree, file, tell, signal }: Means, console: Console): Promise<number> {
  const aside = `${file}.blit-${Deno.pid}`;
  let summary: ManifestSummary;
  try {
    refuseOthers(file);
    using output = Deno.openSync(aside, { write: true, createNew: true });
    const encoder = new TextEncoder();
    let held = "";
    const flush = (): void => {
      let bytes = encoder.encode(held);
      held = "";
      while (bytes.length > 0) bytes = bytes.subarray(output.writeSync(bytes));
    };
    summary = await writeManifest(tree, (line) => {
      held += `${line}\n`;
      if (held.length > PIECE) flush();
    }, {
      signal,
      except: await within(tree, [file, aside]),
      onFailure: (event) => tell.event(event),
    });
    flush();
    output.syncSync();
    Deno.renameSync(aside, file);
  } catch (error) {
    try {
      Deno.removeSync(aside);
    } catch {
      // It was never made.
    }
    if (error instanceof TransferError || signal.aborted) throw error;
    throw new TransferError("manifest", `Cannot write the manifest "${file}": ${reasonOf(error)}.`);
  }
  const entries = counted(summary.entriesScanned, "entry", "entries");
  const failed = summary.failureCount > 0 ? `, ${count(summary.failureCount)} failed` : "";
  const line = `${entries} written to "${file}" in ${duration(summary.elapsedMs)}${failed}`;
  const exitCode = summary.failureCount > 0 ? 2 : 0;
  tell.finish({ ...summary, exitCode }, line);
  console.flush();
  return exitCode;
}

/** Refuses what is there and no file: the rename would take its place, /dev/stdout's too. */
function refuseOthers(file: string): void {
  let there: Deno.FileInfo;
  try {
    there = Deno.lstatSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (there.isFile) return;
  const what = there.isSymlink
    ? "it is a link, name the file itself"
    : there.isDirectory
    ? "it is a directory"
    : "it is no file";
  throw new TransferError("manifest", `Cannot write the manifest "${file}": ${what}.`);
}

/** A directory can be opened too: only reading it fails. */
async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    using opened = await openOrUndefined(file);
    if (opened === undefined) yield await readWholeFile(file);
    else yield* opened.readable;
  } catch (error) {
    throw new TransferError("manifest", `Cannot read the manifest "${file}": ${reasonOf(error)}.`);
  }
}

/** Undefined for what Deno keeps from programs without all rights. */
async function openOrUndefined(file: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** Which of the files lie in the tree, relative to it: a manifest is no part of what it is of. */
async function within(tree: Argument, files: readonly string[]): Promise<Uint8Array[]> {
  if (typeof tree !== "string" || mayBeRemote(tree)) return [];
  const root = await directoryOf(`${tree}/.`);
  const inside: Uint8Array[] = [];
  for (const file of files) {
    const slash = file.lastIndexOf("/");
    const directory = await directoryOf(slash < 0 ? "." : file.slice(0, slash + 1));
    if (root === undefined || directory?.startsWith(root) !== true) continue;
    inside.push(new TextEncoder().encode(directory.slice(root.length) + file.slice(slash + 1)));
  }
  return inside;
}

/** Where a directory really is, with a slash at the end; undefined where it is not. */
async function directoryOf(path: string): Promise<string | undefined> {
  try {
    return `${await Deno.realPath(path)}/`.replace(/\/+$/, "/");
  } catch {
    return undefined;
  }
}

function isRoot(): boolean {
  return Deno.build.os !== "windows" && Deno.uid() === 0;
}
