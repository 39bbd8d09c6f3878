import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import { Errno } from "../sys/errno.ts";
import type { Comparison } from "../scan/origin.ts";
import type { Handle, Name, Result } from "../sys/mod.ts";

/**
 * Bytes of each file that are compared without a pause: some milliseconds in memory, so that a
 * stop is heard soon and movers can share what is left.
 */
export const READ_BYTES: number = 16 * 1024 * 1024;

/**
 * Compares two files byte by byte, in steps: both can be read here, so no hash can be wrong or
 * slow.
 * Hot path; guarded by the check-content scenario of `deno task bench`.
 */
export class ContentComparison {
  #compared = 0;

  private constructor(
    readonly context: MoverContext,
    readonly from: Handle,
    readonly to: Handle,
  ) {}

  /** Opens both files; the result at once where that fails. */
  static begin(
    context: MoverContext,
    fromDirectory: Handle,
    fromName: Name,
    toDirectory: Handle,
    toName: Name,
  ): ContentComparison | Comparison {
    const { sys } = context;
    const from = sys.openRead(fromDirectory, fromName);
    if (from < 0) return { result: from, side: "source" };
    const to = sys.openRead(toDirectory, toName);
    if (to >= 0) return new ContentComparison(context, from, to);
    sys.close(from);
    // A copy that cannot be read is as good as a different one.
    return { result: to === -Errno.EACCES ? 0 : to, side: "destination" };
  }

  /** Bytes found to be the same so far. */
  get compared(): number {
    return this.#compared;
  }

  /** Goes on; gives what it has come to, with both files closed, or undefined if there is more. */
  step(): Comparison | undefined {
    const result = this.#compare(this.#compared + READ_BYTES);
    if (result !== undefined) {
      this.context.sys.close(this.from);
      this.context.sys.close(this.to);
    }
    return result;
  }

  #compare(end: number): Comparison | undefined {
    const { context } = this;
    const { sys, buffer, otherBuffer } = context;
    while (this.#compared < end) {
      if (context.stopping) return { result: -Errno.ECANCELED, side: "source" };
      const got = fill(context, this.from, buffer);
      if (got < 0) return { result: got, side: "source" };
      context.count(Counter.BytesProved, got);
      const other = fill(context, this.to, otherBuffer);
      if (other < 0) return { result: other, side: "destination" };
      if (got !== other || !sys.equal(buffer, otherBuffer, got)) {
        return { result: 0, side: "source" };
      }
      if (got < buffer.length) return { result: 1, side: "source" };
      this.#compared += got;
    }
    return undefined;
  }
}

/** Whether two files hold the same bytes: 1 or 0, or a negated errno. */
export function sameContent(
  context: MoverContext,
  fromDirectory: Handle,
  fromName: Name,
  toDirectory: Handle,
  toName: Name,
): Comparison {
  const begun = ContentComparison.begin(context, fromDirectory, fromName, toDirectory, toName);
  if (!(begun instanceof ContentComparison)) return begun;
  for (;;) {
    const result = begun.step();
    if (result !== undefined) return result;
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
