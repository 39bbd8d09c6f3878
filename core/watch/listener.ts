import { openSys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import { isOwnFolder, watchFolder } from "./asking/folder.ts";
import { type Pair, socketOf } from "./asking/pair.ts";
import type { Answer } from "./asking/protocol.ts";

const QUESTION_BYTES = 64 * 1024;
const NEWLINE = 10;
/** `sun_path` of `struct sockaddr_un`, its NUL included (unix(7)). */
const SOCKET_PATH_BYTES = 108;
/** Who has connected asks at once (askSocket waits 10 ms in all). */
const QUESTION_MS = 1_000;
/** After so long it is tried again to hear who asks. */
const ACCEPT_AGAIN_MS = 100;

/** The place where a pair's watcher is asked; held until it is disposed of. */
export interface Listener extends AsyncDisposable {
  readonly socket: string;
}

/**
 * Listens where mirrors of a pair ask. A lock tells whether somebody else does; the socket of one
 * that was killed is taken away.
 *
 * @throws {TransferError} `watch-taken` if the pair is watched already
 */
export async function listenFor(
  pair: Pair,
  answer: (question: unknown) => Answer,
): Promise<Listener> {
  const folder = makeFolder();
  const socket = socketOf(folder, pair);
  if (new TextEncoder().encode(socket).length >= SOCKET_PATH_BYTES) {
    throw new TransferError(
      "watch-folder",
      `"${folder}" is too long for a socket in it (${SOCKET_PATH_BYTES - 1} bytes in all): ` +
        "set XDG_RUNTIME_DIR to a shorter path.",
    );
  }
  const lock = await takeLock(`${socket}.lock`);
  if (lock === undefined) {
    throw new TransferError(
      "watch-taken",
      `"${pair.source.path}" and "${pair.destination.path}" are watched already.`,
    );
  }
  try {
    removeIfThere(socket);
    const listener = Deno.listen({ transport: "unix", path: socket });
    let isOver = false;
    const serving = serve(listener, answer, () => isOver);
    return {
      socket,
      async [Symbol.asyncDispose]() {
        isOver = true;
        listener.close();
        await serving;
        removeIfThere(socket);
        lock();
      },
    };
  } catch (error) {
    lock();
    throw error;
  }
}

function makeFolder(): string {
  const folder = watchFolder();
  if (folder === undefined) {
    throw new TransferError("watch-folder", "There is no place for a socket on this system.");
  }
  try {
    Deno.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new TransferError(
        "watch-folder",
        `Cannot make the folder "${folder}" for a socket: ${reason}. ` +
          "Set XDG_RUNTIME_DIR to a directory of this user's own.",
      );
    }
  }
  if (isOwnFolder(folder)) return folder;
  throw new TransferError(
    "watch-folder",
    `"${folder}" is not a folder of this user's own that is closed to others: no socket is put there.`,
  );
}

/** Takes a lock; gives what gives it back, or undefined if somebody else has it. */
async function takeLock(path: string): Promise<(() => void) | undefined> {
  const { sys } = await openSys();
  for (;;) {
    const file = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
    const handle = handleOf(path, sys);
    const result = handle < 0 ? handle : sys.tryLock(handle);
    const isThere = result === 0 && sameAsThere(file, path);
    file.close();
    if (isThere) {
      return () => {
        removeIfThere(path);
        sys.close(handle);
        sys.end();
      };
    }
    if (handle >= 0) sys.close(handle);
    if (result < 0) {
      sys.end();
      return undefined;
    }
  }
}

function handleOf(path: string, sys: Awaited<ReturnType<typeof openSys>>["sys"]): number {
  const cut = path.lastIndexOf("/");
  const encoder = new TextEncoder();
  const directory = sys.openRoot(encoder.encode(`${path.slice(0, cut)}\0`));
  if (directory < 0) return directory;
  const file = sys.openRead(directory, encoder.encode(`${path.slice(cut + 1)}\0`));
  sys.close(directory);
  return file;
}

/** Whoever had it before may have removed it, and another made it anew. */
function sameAsThere(file: Deno.FsFile, path: string): boolean {
  try {
    return file.statSync().ino === Deno.lstatSync(path).ino;
  } catch {
    return false;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function serve(
  listener: Deno.UnixListener,
  answer: (question: unknown) => Answer,
  isOver: () => boolean,
): Promise<void> {
  const talks = new Set<Promise<void>>();
  while (!isOver()) {
    try {
      const connection = await listener.accept();
      const talking = talk(connection, answer).finally(() => talks.delete(talking));
      talks.add(talking);
    } catch {
      // Closed, or out of descriptors: those that say nothing are gone after a while.
      if (!isOver()) await new Promise((resolve) => setTimeout(resolve, ACCEPT_AGAIN_MS));
    }
  }
  await Promise.all(talks);
}

/** One question, one answer. Whoever asks and goes away hears nothing, and nobody minds. */
async function talk(
  connection: Deno.UnixConn,
  answer: (question: unknown) => Answer,
): Promise<void> {
  let isOpen = true;
  const close = (): void => {
    if (isOpen) connection.close();
    isOpen = false;
  };
  const timer = setTimeout(close, QUESTION_MS);
  try {
    const question = await readLine(connection);
    if (question !== undefined) {
      const line = JSON.stringify(answer(question)) + "\n";
      await connection.write(new TextEncoder().encode(line));
    }
  } catch {
    // No question of ours, or nobody there to hear.
  } finally {
    clearTimeout(timer);
    close();
  }
}

async function readLine(connection: Deno.UnixConn): Promise<unknown> {
  const buffer = new Uint8Array(QUESTION_BYTES);
  for (let length = 0; length < buffer.length;) {
    const got = await connection.read(buffer.subarray(length));
    if (got === null) return undefined;
    length += got;
    const end = buffer.subarray(0, length).indexOf(NEWLINE);
    if (end >= 0) return JSON.parse(new TextDecoder().decode(buffer.subarray(0, end)));
  }
  return undefined;
}
