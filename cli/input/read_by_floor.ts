import { errnoWords, openSys, type Sys } from "../../core/sys/mod.ts";
import { openFollowing } from "./open.ts";

const STEP_BYTES = 1 << 20;

/** All that a regular file holds, read by system calls. */
export async function readByFloor(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { sys } = await openSys("linux");
  try {
    return readAll(sys, path);
  } finally {
    sys.end();
  }
}

function readAll(sys: Sys, path: string): Uint8Array<ArrayBuffer> {
  const file = openFollowing(sys, new TextEncoder().encode(path));
  if (file < 0) throw new Error(errnoWords(-file));
  try {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const step = new Uint8Array(STEP_BYTES);
    for (;;) {
      const count = sys.read(file, step, STEP_BYTES);
      if (count < 0) throw new Error(errnoWords(-count));
      if (count === 0) return joined(pieces);
      pieces.push(step.slice(0, count));
    }
  } finally {
    sys.close(file);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
