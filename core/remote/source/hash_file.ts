import type { Blake3 } from "../../digest/mod.ts";
import type { MoverContext } from "../../movers/context.ts";
import type { Handle, Result } from "../../sys/mod.ts";
import { Errno } from "../../sys/mod.ts";

/** Hashes a whole open file into 32 bytes at an offset; 0 or a negated errno. */
export type HashFile = (file: Handle, into: Uint8Array<ArrayBuffer>, offset: number) => Result;

/** What hashes files on a mover: BLAKE3 in WASM, whose memory files are read straight into. */
export async function openHashFile(context: MoverContext): Promise<HashFile> {
  const { Blake3, inputWindow } = await import("../../digest/mod.ts");
  const window = inputWindow();
  const hash: Blake3 = new Blake3();
  return (file, into, offset) => {
    hash.reset();
    for (;;) {
      if (context.stopping) return -Errno.ECANCELED;
      const got = context.sys.read(file, window, window.length);
      if (got < 0) return got;
      if (got === 0) break;
      hash.updateFromWindow(got);
    }
    into.set(hash.digest(), offset);
    return 0;
  };
}
