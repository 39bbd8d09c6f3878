/** What the tests of local listings share: walks to their end, and other programs' words for it. */
import assert from "node:assert/strict";
import { parseLocalPath } from "../../core/endpoint/local_path.ts";
import {
  type FindOptions,
  type ListedEntry,
  type ListingFailure,
  type ListingWork,
  type ListOptions,
  localStart,
  openFind,
  openListing,
  openUsage,
  RowMark,
  type UsageOptions,
  type UsageRow,
} from "../../core/listing/mod.ts";
import { openSys, type Sys } from "../../core/sys/mod.ts";
import type { Backend } from "../support/mod.ts";

/**
 * A tree of many real files: `BLIT_TEST_TREE` (the Linux source tree, say), or one that machines
 * have.
 */
export const BIG_TREE: string = Deno.env.get("BLIT_TEST_TREE") ??
  ["/usr/include", "/usr/share/perl", "/usr/share/doc"].find(exists) ?? "/etc";

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** What came of a walk. */
export interface Walked<Row> {
  readonly rows: readonly Row[];
  readonly failures: readonly ListingFailure[];
}

/** A directory's entries as `list` gives them. */
export interface Section {
  readonly directory: string;
  readonly names: readonly string[];
}

/** Bytes as text of one character each. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) {
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  }
  return text;
}

/** Text of one character a byte as bytes. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

async function onSys<Result>(backend: Backend, work: (sys: Sys) => Result): Promise<Result> {
  const { sys } = await openSys(backend.name);
  try {
    return work(sys);
  } finally {
    sys.end();
  }
}

/** Pulls a walk to its end. */
export function drain<Chunk, Row>(
  work: ListingWork<Chunk>,
  rowsOf: (chunk: Chunk) => Iterable<Row>,
): Walked<Row> {
  const rows: Row[] = [];
  const failures: ListingFailure[] = [];
  try {
    for (let step = work.next(); step !== undefined; step = work.next()) {
      if (isFailure(step)) failures.push(step);
      else rows.push(...rowsOf(step));
    }
  } finally {
    work.close();
  }
  return { rows, failures };
}

function isFailure(step: unknown): step is ListingFailure {
  return typeof step === "object" && step !== null && "type" in step && step.type === "failure";
}

/** All that `find` gives. */
export function find(
  backend: Backend,
  path: string,
  options: FindOptions = {},
): Promise<Walked<ListedEntry>> {
  return onSys(
    backend,
    (sys) =>
      drain(openFind(sys, localStart(parseLocalPath(path)), options), function* (chunk) {
        for (let row = 0; row < chunk.count; row++) {
          const entry = chunk.entry(row);
          assert.ok(entry, "find gives no headings");
          yield entry;
        }
      }),
  );
}

/** All that `du` gives. */
export function usage(
  backend: Backend,
  path: string,
  options: UsageOptions = {},
): Promise<Walked<UsageRow>> {
  return onSys(
    backend,
    (sys) =>
      drain(openUsage(sys, localStart(parseLocalPath(path)), options), function* (chunk) {
        for (let row = 0; row < chunk.count; row++) yield chunk.row(row);
      }),
  );
}

/** All that `list` gives: rows, with an undefined entry for each heading. */
export function list(
  backend: Backend,
  path: string,
  options: ListOptions = {},
  followsLink = true,
): Promise<Walked<{ path: string; entry: ListedEntry | undefined }>> {
  return onSys(backend, (sys) => {
    const work = openListing(sys, localStart(parseLocalPath(path), followsLink), options);
    return drain(work, function* (chunk) {
      for (let row = 0; row < chunk.count; row++) {
        assert.equal(chunk.entry(row) === undefined, chunk.marks[row] === RowMark.Heading);
        yield { path: latin1(chunk.paths.copy(row)), entry: chunk.entry(row) };
      }
    });
  });
}

/** The directories of a listing, each with its names sorted by their bytes. */
export async function sections(
  backend: Backend,
  path: string,
  options: ListOptions = {},
): Promise<Section[]> {
  const { rows, failures } = await list(backend, path, options);
  assert.deepEqual(failures, []);
  const found: { directory: string; names: string[] }[] = [];
  for (const row of rows) {
    if (row.entry === undefined) {
      found.push({ directory: row.path, names: [] });
      continue;
    }
    const last = found.at(-1);
    assert.ok(last, "an entry before any heading");
    const prefix = last.directory === "" ? "" : `${last.directory}/`;
    assert.ok(row.path.startsWith(prefix), `${row.path} under the heading ${last.directory}`);
    last.names.push(row.path.slice(prefix.length));
  }
  for (const { names } of found) names.sort();
  return found;
}

/** What a program prints, one character a byte. It must end with one of `codes`. */
export async function said(
  program: string,
  args: readonly string[],
  codes: readonly number[] = [0],
): Promise<string> {
  const output = await new Deno.Command(program, {
    args: [...args],
    // Characters are UTF-8's, and order is that of bytes.
    env: { LC_ALL: "C.UTF-8" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  const complaint = new TextDecoder().decode(output.stderr);
  assert.ok(codes.includes(output.code), `${program} ended with ${output.code}: ${complaint}`);
  return latin1(output.stdout);
}

/**
 * Does something with the access to files that nobody has: setfsuid(2) is of this thread alone,
 * and what a floor does it does here. Needs root.
 */
export async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  const library = Deno.dlopen("libc.so.6", {
    setfsuid: { parameters: ["u32"], result: "i32" },
    setfsgid: { parameters: ["u32"], result: "i32" },
  });
  const { symbols } = library;
  try {
    symbols.setfsgid(NOBODY);
    symbols.setfsuid(NOBODY);
    return await work();
  } finally {
    symbols.setfsuid(0);
    symbols.setfsgid(0);
    library.close();
  }
}

const NOBODY = 65534;
