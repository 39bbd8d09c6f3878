/**
 * The least that a program on Deno does to mirror a tree in which few files have changed: it lists
 * every directory of both and stats every name on both sides, by two threads; what has another
 * time or is not there it copies, beside the old one and renamed over it, and what the source has
 * lost it deletes. It takes two names for the same whose hashes are, and asks nothing again.
 *
 *     deno run -A bench/floor/changes.ts SOURCE DESTINATION
 *
 * Both hold directories of files, no deeper.
 *
 * @module
 */
import { Files } from "./files.ts";
import {
  bindReplacing,
  bindStat,
  type Bytes,
  OPEN_DIRECTORY,
  STAT_FLAGS,
  STATX_BASIC_STATS,
} from "./libc.ts";
import { Listing, looking } from "./list.ts";
import { openRoot, openRoots, pathOf, type Roots } from "./root.ts";
import { byTwoThreads, type Take } from "./two_threads.ts";

const { ffiStatx } = bindStat();
let files: Files | undefined;
let replacing: ReturnType<typeof bindReplacing> | undefined;
const ours = new Listing();
const theirs = new Listing();
/** The source's seconds of modification, in the order of its names. */
const seconds = new Int32Array(ours.starts.length);
const status = new Int32Array(64);
const statusBytes = new Uint8Array(status.buffer);
/** Where the seconds of modification stand in a `struct statx`, in words. */
const MTIME = 112 >> 2;
const temporary = pathOf(".floor");

function mirror({ source, destination, entries }: Roots, take: Take): void {
  const { arena, starts } = entries;
  for (let index = take(); index < starts.length; index = take()) {
    mirrorDirectory(source, destination, arena.subarray(starts[index]));
  }
}

function mirrorDirectory(source: number, destination: number, name: Bytes): void {
  const from = looking.ffiOpenat(source, name, OPEN_DIRECTORY, 0);
  const to = looking.ffiOpenat(destination, name, OPEN_DIRECTORY, 0);
  theirs.read(to);
  ours.read(from);
  statOurs(from);
  if (bring(from, to)) files?.stampAs(from, to);
  looking.ffiClose(from);
  looking.ffiClose(to);
}

function statOurs(from: number): void {
  for (let index = 0; index < ours.count; index++) {
    ffiStatx(from, ours.name(index), STAT_FLAGS, STATX_BASIC_STATS, statusBytes);
    seconds[index] = status[MTIME]!; // within a struct statx
  }
}

/** Copies what differs and deletes what is too many; whether there was any. */
function bring(from: number, to: number): boolean {
  let found = 0;
  let same = 0;
  for (let index = 0; index < ours.count; index++) {
    const name = ours.name(index);
    if (ffiStatx(to, name, STAT_FLAGS, STATX_BASIC_STATS, statusBytes) !== 0) add(from, to, name);
    else {
      found++;
      if (status[MTIME] === seconds[index]) same++;
      else replace(from, to, name);
    }
  }
  if (found < theirs.count) deleteExtras(to);
  return same < ours.count || found < theirs.count;
}

function add(from: number, to: number, name: Bytes): void {
  files ??= new Files();
  files.copy(from, name, to, name);
}

function replace(from: number, to: number, name: Bytes): void {
  files ??= new Files();
  replacing ??= bindReplacing();
  files.copy(from, name, to, temporary);
  replacing.renameat(to, temporary, to, name);
}

function deleteExtras(to: number): void {
  replacing ??= bindReplacing();
  const kept = new Set<number>();
  for (let index = 0; index < ours.count; index++) kept.add(ours.hash(index));
  for (let index = 0; index < theirs.count; index++) {
    if (!kept.has(theirs.hash(index))) replacing.unlinkat(to, theirs.name(index), 0);
  }
}

byTwoThreads(import.meta.url, () => openRoots(openRoot), mirror);
