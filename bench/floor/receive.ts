/** Makes what comes over one stream. */
import { bindReceiving, bindSplicing, MAKE_FILE, OPEN_DIRECTORY } from "./libc.ts";
import { looking } from "./list.ts";
import { FIRST, Kind, KIND_BITS, NAME_AT, receiveBytes, Shard, TIMES_AT, Word } from "./wire.ts";

const receiving = bindReceiving();
const shard = new Shard();
/** The times of the directory that is being filled. */
const times = new Uint8Array(32);
/** The same as a user may ask for (/proc/sys/fs/pipe-max-size), which blit does. */
const PIPE_BYTES = 1 << 20;
const F_SETPIPE_SZ = 1031;

/** Makes in an open directory all that comes over a connected socket. */
export function receive(socket: number, root: number): void {
  let directory = -1;
  while (receiveShard(socket)) {
    const end = shard.words[0]!; // within the shard
    for (let at = FIRST; at < end;) {
      const length = shard.words[(at >> 2) + Word.Length]!; // within the shard
      const kind = length & KIND_BITS;
      if (kind === Kind.File) makeFile(directory, at);
      else if (kind === Kind.Large) makeLarge(socket, root, at);
      else {
        finishDirectory(directory);
        directory = kind === Kind.Directory ? makeDirectory(root, at) : -1;
      }
      at += length & ~KIND_BITS;
    }
  }
}

function receiveShard(socket: number): boolean {
  if (!receiveBytes(socket, shard.bytes, FIRST)) return false;
  return receiveBytes(socket, shard.from(FIRST), shard.words[0]! - FIRST); // within the shard
}

function makeFile(directory: number, at: number): void {
  const word = at >> 2;
  const file = looking.ffiOpenat(directory, shard.from(at + NAME_AT), MAKE_FILE, 0o644);
  // Within the shard.
  const content = at + shard.words[word + Word.Content]!;
  receiving.ffiWrite(file, shard.from(content), shard.words[word + Word.Size]!);
  receiving.ffiFutimens(file, shard.from(at + TIMES_AT));
  looking.ffiClose(file);
}

function makeDirectory(root: number, at: number): number {
  const name = shard.from(at + NAME_AT);
  receiving.mkdirat(root, name, 0o755);
  times.set(shard.bytes.subarray(at + TIMES_AT, at + TIMES_AT + times.length));
  return looking.ffiOpenat(root, name, OPEN_DIRECTORY, 0);
}

function finishDirectory(directory: number): void {
  if (directory < 0) return;
  receiving.ffiFutimens(directory, times);
  looking.ffiClose(directory);
}

function makeLarge(socket: number, root: number, at: number): void {
  const file = looking.ffiOpenat(root, shard.from(at + NAME_AT), MAKE_FILE, 0o644);
  splice(socket, file, shard.words[(at >> 2) + Word.Size]! >>> 0); // within the shard
  receiving.ffiFutimens(file, shard.from(at + TIMES_AT));
  looking.ffiClose(file);
}

/** From the socket to a pipe, and from the pipe to the file, without a copy for this program. */
function splice(socket: number, file: number, length: number): void {
  const { pipe2, fcntl, splice } = bindSplicing();
  const ends = new Int32Array(2);
  pipe2(new Uint8Array(ends.buffer), 0);
  const [out = -1, into = -1] = ends;
  fcntl(into, F_SETPIPE_SZ, PIPE_BYTES);
  for (let left = length; left > 0;) {
    const filled = splice(socket, null, into, null, Math.min(left, PIPE_BYTES), 1);
    left -= filled;
    for (let held = filled; held > 0;) held -= splice(out, null, file, null, held, 1);
  }
  looking.ffiClose(out);
  looking.ffiClose(into);
}
