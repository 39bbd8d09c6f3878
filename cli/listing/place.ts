import { mayBeRemote, parseLocalPath, pathBytes } from "../../core/endpoint/mod.ts";
import { trimNul } from "../../core/entry/path.ts";
import type { Argument } from "../arguments/invocation.ts";

const SLASH = 47;
const DOT = 46;
const EMPTY = new Uint8Array(0);

/** What stands in output for an endpoint that was named, and before the paths below it. */
export interface Place {
  readonly isLocal: boolean;
  /** The endpoint itself. */
  readonly self: Uint8Array;
  /** Goes before a path relative to the endpoint. */
  readonly prefix: Uint8Array;
}

/** The place as it was written, as `du` prints it. */
export function writtenPlace(given: Argument): Place {
  const self = pathBytes(given);
  return { isLocal: !mayBeRemote(given), self, prefix: withSlash(self) };
}

/** Nothing before paths: they are relative to the endpoint, which itself is `self`. */
export function relativePlace(given: Argument): Place {
  return { isLocal: !mayBeRemote(given), self: pathBytes(given), prefix: EMPTY };
}

/**
 * The place in the form that any command takes wherever it is run: absolute, or on a server.
 *
 * @throws {TransferError} `usage` for what is not an endpoint
 */
export async function canonicalPlace(given: Argument): Promise<Place> {
  if (mayBeRemote(given)) {
    const { formatEndpoint, parseEndpoint } = await import("../../core/endpoint/endpoint.ts");
    const endpoint = parseEndpoint(given);
    if (endpoint.kind === "remote") {
      const self = pathBytes(formatEndpoint({ ...endpoint, content: false }));
      return { isLocal: false, self, prefix: withSlash(self) };
    }
  }
  const self = withoutDots(trimNul(parseLocalPath(given).path));
  return { isLocal: true, self, prefix: withSlash(self) };
}

/** An absolute path without `.`; `..` stays, as a link may stand before it. */
function withoutDots(path: Uint8Array): Uint8Array {
  const kept: number[] = [];
  for (let start = 0; start < path.length;) {
    const slash = path.indexOf(SLASH, start);
    const end = slash < 0 ? path.length : slash;
    const isDot = end - start === 1 && path[start] === DOT;
    if (end > start && !isDot) kept.push(SLASH, ...path.subarray(start, end));
    start = end + 1;
  }
  return kept.length === 0 ? Uint8Array.of(SLASH) : Uint8Array.from(kept);
}

function withSlash(path: Uint8Array): Uint8Array {
  return path.at(-1) === SLASH ? path : joined(path, Uint8Array.of(SLASH));
}

/** One piece after another. */
export function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
