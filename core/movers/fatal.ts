import { Errno } from "../sys/errno.ts";

/** Errnos of a destination that is full or cannot be written at all: going on is pointless. */
export const FATAL: ReadonlySet<number> = new Set([Errno.ENOSPC, Errno.EDQUOT, Errno.EROFS]);
