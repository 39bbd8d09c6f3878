import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Errno } from "../sys/errno.ts";
import type { Comparison } from "../scan/origin.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";

/**
 * Whether two files hold the same bytes: 1 or 0, or a negated errno. Both ends can be read, so
 * bytes are compared directly; no hash can be wrong or slow.
 */
export function sameContent(
  context: MoverContext,
  fromDirectory: Handle,
  fromName: Name,
  toDirectory: Handle,
  toName: Name,
): Comparison {
  const { sys } = context;
  const from = sys.openRead(fromDirectory, fromName);
  if (from < 0) return { result: from, side: "source" };
  const to = sys.openRead(toDirectory, toName);
  // A copy that cannot be read is as good as a different one.
  const outcome = to < 0
    ? { result: to === -Errno.EACCES ? 0 : to, side: "destination" as const }
    : compareStreams(context, from, to);
  sys.close(from);
  if (to >= 0) sys.close(to);
  return outcome;
}

function compareStreams(
  context: MoverContext,
  from: Handle,
  to: Handle,
): Comparison {
  const { buffer, otherBuffer } = context;
  for (;;) {
    if (context.stopping) return { result: -Errno.ECANCELED, side: "source" };
    const got = fill(context, from, buffer);
    if (got < 0) return { result: got, side: "source" };
    context.count(Counter.BytesProved, got);
    const other = fill(context, to, otherBuffer);
    if (other < 0) return { result: other, side: "destination" };
    if (got !== other || !equalBytes(buffer, otherBuffer, got)) {
      return { result: 0, side: "source" };
    }
    if (got < buffer.length) return { result: 1, side: "source" };
  }
}

function fill(context: MoverContext, file: Handle, into: Uint8Array<ArrayBuffer>): Result {
  let got = 0;
  while (got < into.length) {
    const view = got === 0 ? into : into.subarray(got);
    const more = context.sys.read(file, view, into.length - got);
    if (more < 0) return more;
    if (more === 0) break;
    got += more;
  }
  return got;
}

/** Compares four bytes at a time; both buffers begin at a multiple of 4. */
export function equalBytes(
  one: Uint8Array<ArrayBuffer>,
  other: Uint8Array<ArrayBuffer>,
  length: number,
): boolean {
  const words = length >> 2;
  const a = new Int32Array(one.buffer, one.byteOffset, words);
  const b = new Int32Array(other.buffer, other.byteOffset, words);
  for (let at = 0; at < words; at++) if (a[at] !== b[at]) return false;
  for (let at = words << 2; at < length; at++) if (one[at] !== other[at]) return false;
  return true;
}
