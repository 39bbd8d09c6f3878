/**
 * The least that a program on Deno does to copy a tree: it lists every directory, asks about every
 * file, makes it, moves the bytes and gives it its times, by two threads. It looks at nothing that
 * the calls answer, so it notices neither what fails nor what changes meanwhile.
 *
 *     deno run -A bench/floor/copy.ts SOURCE DESTINATION
 *
 * The source holds directories of files, no deeper, and perhaps large files beside them.
 *
 * @module
 */
import { Files } from "./files.ts";
import { bindMaking, type Bytes, OPEN_DIRECTORY } from "./libc.ts";
import { Listing, looking } from "./list.ts";
import { makeRoot, openRoots, type Roots } from "./root.ts";
import { byTwoThreads, type Take } from "./two_threads.ts";

const { mkdirat } = bindMaking();
const files = new Files();
const listing = new Listing();

function copy({ source, destination, entries }: Roots, take: Take): void {
  const { arena, starts } = entries;
  for (let index = take(); index < starts.length; index = take()) {
    const name = arena.subarray(starts[index]);
    if (index < entries.files) files.copy(source, name, destination, name);
    else copyDirectory(source, destination, name);
  }
}

function copyDirectory(source: number, destination: number, name: Bytes): void {
  mkdirat(destination, name, 0o755);
  const from = looking.ffiOpenat(source, name, OPEN_DIRECTORY, 0);
  const to = looking.ffiOpenat(destination, name, OPEN_DIRECTORY, 0);
  listing.read(from);
  for (let index = 0; index < listing.count; index++) {
    const file = listing.name(index);
    files.copy(from, file, to, file);
  }
  files.stampAs(from, to);
  looking.ffiClose(from);
  looking.ffiClose(to);
}

byTwoThreads(import.meta.url, () => openRoots(makeRoot), copy);
