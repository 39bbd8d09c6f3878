import type { Name } from "../sys.ts";

const encoder = new TextEncoder();
let inWorkingDirectory = false;

/**
 * A path below /proc/self for the calling thread, NUL-terminated. Inside a changed root, where
 * `/proc` is missing or is whatever somebody put there, it is relative to the working directory,
 * which `enterChroot` has left at the real one.
 */
export function procSelf(rest: string): Name {
  return encoder.encode(`${inWorkingDirectory ? "" : "/proc/self/"}${rest}\0`);
}

/** Whether this thread finds /proc/self in its working directory. */
export function procIsWorkingDirectory(): boolean {
  return inWorkingDirectory;
}

/** For `chroot.ts` alone: says where this thread finds /proc/self. */
export function setProcInWorkingDirectory(inside: boolean): void {
  inWorkingDirectory = inside;
}
