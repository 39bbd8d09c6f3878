import type { Result } from "../../sys/mod.ts";
import { Errno } from "../../sys/errno.ts";
import { ENDED, type Ring, RingWord } from "./ring.ts";
import type { Waker } from "./waker.ts";

/** What bytes can be read from: a `Deno.Conn`, or a gRPC call dressed as one. */
export interface ByteReader {
  /** Reads up to `into.length` bytes, whose memory may be shared; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
}

/** What bytes can be written to. */
export interface ByteWriter {
  /** Writes some of the bytes, whose memory may be shared and is used again afterwards. */
  write(bytes: Uint8Array): Promise<number>;
  /** Says that nothing more comes. */
  closeWrite(): Promise<void> | void;
}

/** The largest piece that goes through at once, so that both sides work at the same time. */
const PIECE_BYTES = 1 << 20;

/**
 * Pumps what a reader gives into a ring until its end or `stopRing`. Never rejects: gives the
 * error that ended it early, which the mover hears of as an errno.
 */
export async function pumpIn(
  reader: ByteReader,
  ring: Ring,
  waker: Waker,
): Promise<Error | undefined> {
  try {
    while (true) {
      const seen = ring.turns;
      if (ring.ending(RingWord.ReaderEnd) !== 0) return undefined;
      const room = ring.writable(PIECE_BYTES);
      if (room.length === 0) {
        await ring.turned(seen);
        continue;
      }
      const count = await reader.read(room);
      if (count === null) break;
      ring.wrote(count);
      waker.wake();
    }
    ring.end(RingWord.WriterEnd, ENDED);
    return undefined;
  } catch (error) {
    ring.end(RingWord.WriterEnd, errnoOf(error));
    return asError(error);
  } finally {
    waker.wake();
  }
}

/**
 * Pumps what the mover puts into a ring to a writer, until the mover has closed its outlet,
 * which closes the writer, or `stopRing`, which does not. Never rejects: gives the error that ended it early, which the mover hears of.
 */
export async function pumpOut(
  ring: Ring,
  writer: ByteWriter,
  waker: Waker,
): Promise<Error | undefined> {
  try {
    while (true) {
      const seen = ring.turns;
      if (ring.ending(RingWord.ReaderEnd) !== 0) return undefined;
      // The end first: what was written before it is there then.
      const ending = ring.ending(RingWord.WriterEnd);
      const bytes = ring.readable(PIECE_BYTES);
      if (bytes.length > 0) {
        ring.read(await writer.write(bytes));
        waker.wake();
      } else if (ending === 0) await ring.turned(seen);
      else break;
    }
    await writer.closeWrite();
    return undefined;
  } catch (error) {
    ring.end(RingWord.ReaderEnd, errnoOf(error));
    return asError(error);
  } finally {
    waker.wake();
  }
}

/**
 * Ends a pump that waits for the mover, and the mover's stream with it. A pump that waits for its
 * connection ends when that closes.
 */
export function stopRing(ring: Ring): void {
  ring.end(RingWord.ReaderEnd, -Errno.EPIPE);
  ring.end(RingWord.WriterEnd, -Errno.ECONNRESET);
  ring.turn();
}

function errnoOf(error: unknown): Result {
  if (error instanceof Deno.errors.BrokenPipe) return -Errno.EPIPE;
  if (error instanceof Deno.errors.TimedOut) return -Errno.ETIMEDOUT;
  return -Errno.ECONNRESET;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
