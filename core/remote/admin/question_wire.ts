import type { FindRequest, Place } from "../../../proto/generated/blit.ts";
import type { RemoteEndpoint } from "../../endpoint/endpoint.ts";
import { Kind, type KindWord, kindWord } from "../../entry/kind.ts";
import type { FindOptions } from "../../listing/mod.ts";
import { SessionError } from "../session/session_error.ts";

const SLASH = 47;

/** Patterns that one question may have: each is tried on every entry. */
const MOST_PATTERNS = 1000;
/** Bytes of all of them. */
const MOST_PATTERN_BYTES = 64 * 1024;

/** A place as a question names it. */
export function placeOf({ module, path, content }: RemoteEndpoint): Place {
  return { module: module ?? "", path: pathOf({ path, content }) };
}

/** A path within a module, with a slash at its end where it had one. */
export function pathOf({ path, content }: Pick<RemoteEndpoint, "path" | "content">): Uint8Array {
  if (!content || path.length === 0) return path;
  const whole = new Uint8Array(path.length + 1);
  whole.set(path);
  whole[path.length] = SLASH;
  return whole;
}

const CODES = new Map<KindWord, number>(Object.values(Kind).map((code) => [kindWord(code), code]));

/** What is looked for as it is sent. */
export function findToWire(
  place: RemoteEndpoint,
  options: FindOptions,
): Omit<FindRequest, "hello"> {
  const bytes = (pattern: string | Uint8Array): Uint8Array =>
    typeof pattern === "string" ? new TextEncoder().encode(pattern) : pattern;
  return {
    place: placeOf(place),
    names: (options.names ?? []).map(bytes),
    paths: (options.paths ?? []).map(bytes),
    // See `ExpressionFilter`.
    regex: undefined,
    ignoreCase: options.ignoreCase ?? false,
    kinds: (options.kinds ?? []).map((word) => CODES.get(word) ?? Kind.Unknown),
    minSize: options.minSize,
    maxSize: options.maxSize,
    minAge: options.minAge,
    maxAge: options.maxAge,
    // What is not as deep as this is everything.
    maxDepth: options.maxDepth === undefined ? undefined : Math.min(options.maxDepth, 0xffff_ffff),
    limit: options.regex === undefined ? options.limit : undefined,
    targets: options.targets ?? false,
    pathsOnly: options.pathsOnly ?? false,
  };
}

/**
 * What a client looks for.
 *
 * @throws {SessionError} for more patterns than anybody means, and for an expression
 */
export function findFromWire(request: Omit<FindRequest, "hello">): FindOptions {
  const { names, paths, regex, kinds, minSize, maxSize, minAge, maxAge, maxDepth, limit } = request;
  if (regex !== undefined) {
    const message = "A daemon tries no regular expression: whoever asks has to.";
    throw new SessionError("find-options", message, 64);
  }
  const patterns = [...names, ...paths];
  const length = patterns.reduce((sum, pattern) => sum + pattern.length, 0);
  if (patterns.length > MOST_PATTERNS || length > MOST_PATTERN_BYTES) {
    throw new SessionError("find-options", "There are more patterns than the daemon takes.", 64);
  }
  const bytes = (pattern: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(pattern);
  return {
    ...(names.length === 0 ? {} : { names: names.map(bytes) }),
    ...(paths.length === 0 ? {} : { paths: paths.map(bytes) }),
    ignoreCase: request.ignoreCase,
    ...(kinds.length === 0 ? {} : { kinds: kinds.map(kindWord) }),
    ...(minSize === undefined ? {} : { minSize }),
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(minAge === undefined ? {} : { minAge }),
    ...(maxAge === undefined ? {} : { maxAge }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(limit === undefined ? {} : { limit }),
    targets: request.targets,
    pathsOnly: request.pathsOnly,
  };
}
