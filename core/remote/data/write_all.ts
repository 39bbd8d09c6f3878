import { Errno, type Handle, type Result, type Sys } from "../../sys/mod.ts";

/** Writes all of the first `length` bytes to a file; 0, or a negated errno. */
export function writeAll(
  sys: Sys,
  file: Handle,
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
): Result {
  let done = 0;
  while (done < length) {
    const piece = done === 0 ? bytes : bytes.subarray(done);
    const result = sys.write(file, piece, length - done);
    if (result > 0) done += result;
    else if (result === 0) return -Errno.EIO;
    else if (result !== -Errno.EINTR) return result;
  }
  return 0;
}
