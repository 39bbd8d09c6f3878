/** Sends what a tree holds over one stream. */
import { bindSending, type Bytes, OPEN_DIRECTORY, OPEN_FILE } from "./libc.ts";
import { Listing, looking } from "./list.ts";
import type { Entries } from "./root.ts";
import type { Take } from "./two_threads.ts";
import { aligned, FIRST, Kind, NAME_AT, sendBytes, Shard, SHARD_BYTES, Word } from "./wire.ts";

const sending = bindSending();
const listing = new Listing();
const shard = new Shard();
/** A name has at most 255 bytes (NAME_MAX). */
const HEAD_ROOM = NAME_AT + 256;
/** As much as one call moves (sendfile(2)). */
const MOST_BYTES = 0x7ffff000;
const SHUT_WR = 1;
/** Where the next record goes. */
let filled = FIRST;

/** Sends those of a root's entries that this thread takes, over a connected socket. */
export function send(socket: number, root: number, { arena, starts, files }: Entries, take: Take) {
  for (let index = take(); index < starts.length; index = take()) {
    const start = starts[index]!; // below the length
    if (index < files) sendLarge(socket, root, arena, start);
    else sendDirectory(socket, root, arena, start);
  }
  if (filled + HEAD_ROOM > SHARD_BYTES) flush(socket);
  endRecord(filled + NAME_AT, 0, Kind.End);
  flush(socket);
  sending.shutdown(socket, SHUT_WR);
}

function sendDirectory(socket: number, root: number, arena: Bytes, start: number): void {
  const directory = looking.ffiOpenat(root, arena.subarray(start), OPEN_DIRECTORY, 0);
  if (filled + HEAD_ROOM > SHARD_BYTES) flush(socket);
  endRecord(beginRecord(directory, arena, start), 0, Kind.Directory);
  listing.read(directory);
  for (let index = 0; index < listing.count; index++) {
    sendSmall(socket, directory, listing.name(index), listing.starts[index]!); // below the count
  }
  looking.ffiClose(directory);
}

function sendSmall(socket: number, directory: number, name: Bytes, start: number): void {
  const file = looking.ffiOpenat(directory, name, OPEN_FILE, 0);
  if (filled + HEAD_ROOM > SHARD_BYTES) flush(socket);
  let content = beginRecord(file, listing.arena, start);
  if (content + sizeOfRecord() > SHARD_BYTES) {
    flush(socket);
    content = beginRecord(file, listing.arena, start);
  }
  const length = sending.ffiRead(file, shard.from(content), sizeOfRecord());
  looking.ffiClose(file);
  endRecord(content, length, Kind.File);
}

function sendLarge(socket: number, root: number, arena: Bytes, start: number): void {
  const file = looking.ffiOpenat(root, arena.subarray(start), OPEN_FILE, 0);
  if (filled + HEAD_ROOM > SHARD_BYTES) flush(socket);
  const content = beginRecord(file, arena, start);
  let left = sizeOfRecord();
  endRecord(content, 0, Kind.Large);
  flush(socket);
  while (left > 0) left -= sending.sendfile(socket, file, null, Math.min(left, MOST_BYTES));
  looking.ffiClose(file);
}

/** Puts an open file's status and name into the shard, and says where its content begins. */
function beginRecord(handle: number, arena: Bytes, start: number): number {
  sending.ffiFstat(handle, shard.from(filled));
  let at = filled + NAME_AT;
  let byte: number;
  do {
    byte = arena[start++]!; // a zero ends each name
    shard.bytes[at++] = byte;
  } while (byte !== 0);
  return aligned(at);
}

function sizeOfRecord(): number {
  return shard.words[(filled >> 2) + Word.Size]! >>> 0; // within the shard
}

function endRecord(content: number, length: number, kind: number): void {
  const next = aligned(content + length);
  shard.words[(filled >> 2) + Word.Length] = next - filled | kind;
  shard.words[(filled >> 2) + Word.Content] = content - filled;
  filled = next;
}

function flush(socket: number): void {
  shard.words[0] = filled;
  sendBytes(socket, shard.bytes, filled);
  filled = FIRST;
}
