import { Blake3, inputWindow } from "../digest/mod.ts";
import type { Handle, Name, Result, Sys } from "../sys/mod.ts";

/** Windows of one step: some milliseconds of work. */
const STEPS = 64;

/** Hashes files with BLAKE3, one after the other, each in steps. */
export class FileHash {
  readonly #hash = new Blake3();
  #file: Handle = -1;

  /**
   * Begins or goes on with a file: 1 when there is more to do, 0 when `digest` has its hash, or
   * the negated errno that ended it. Only one file can be under way.
   */
  step(sys: Sys, directory: Handle, name: Name): Result {
    if (this.#file < 0) {
      const opened = sys.openRead(directory, name);
      if (opened < 0) return opened;
      this.#file = opened;
      this.#hash.reset();
    }
    const window = inputWindow();
    for (let step = 0; step < STEPS; step++) {
      const got = sys.read(this.#file, window, window.length);
      if (got > 0) this.#hash.updateFromWindow(got);
      else {
        this.close(sys);
        return got;
      }
    }
    return 1;
  }

  /** The 32 bytes of the file that is done. */
  digest(): Uint8Array<ArrayBuffer> {
    return this.#hash.digest();
  }

  /** Gives up the file under way. */
  close(sys: Sys): void {
    if (this.#file >= 0) sys.close(this.#file);
    this.#file = -1;
  }
}
