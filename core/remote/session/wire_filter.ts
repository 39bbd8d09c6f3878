import { comparePaths } from "../../filter/file_list.ts";
import type { FileLimits, FileList, FilterRule, FilterSpec, TimeLimit } from "../../filter/spec.ts";
import type {
  FileLimits as WireLimits,
  FileList as WireList,
  Filter,
  FilterRule as WireRule,
  TimeLimit as WireTimeLimit,
} from "../../../proto/generated/blit.ts";
import { SessionError } from "./session_error.ts";

/** Rules are asked for every directory, so that a peer may not send any number of them. */
export const MAX_RULES = 65_536;
/** No path is longer than 4 KiB (PATH_MAX); classes like `[a-z]` take more bytes than they match. */
export const MAX_PATTERN_BYTES: number = 16 * 1024;

const SLASH = 47;
const DOT = 46;

/** A filter as a client sends it. */
export function filterToWire({ rules, files, limits }: FilterSpec): Filter {
  const { minSizeBytes, maxSizeBytes, minAge, maxAge } = limits;
  return {
    rules: rules.map(({ includes, pattern }) => ({ includes, pattern })),
    files: files === undefined ? undefined : {
      bytes: files.bytes,
      starts: Array.from(files.starts),
      wantsContent: files.wantsContent,
    },
    limits: {
      ...(minSizeBytes === undefined ? {} : { minSizeBytes }),
      ...(maxSizeBytes === undefined ? {} : { maxSizeBytes }),
      minAge: timeToWire(minAge),
      maxAge: timeToWire(maxAge),
    },
  };
}

/**
 * A filter as it came from a client, checked.
 *
 * @throws {SessionError} `filter` for what no client of this version sends
 */
export function filterFromWire({ rules, files, limits }: Filter): FilterSpec {
  if (rules.length > MAX_RULES) {
    throw wrong(`it has ${rules.length} rules, and ${MAX_RULES} are allowed`, 64);
  }
  return {
    rules: rules.map(ruleFromWire),
    ...(files === undefined ? {} : { files: listFromWire(files) }),
    limits: limits === undefined ? {} : limitsFromWire(limits),
  };
}

function ruleFromWire({ includes, pattern }: WireRule): FilterRule {
  if (pattern.length === 0) throw wrong("a pattern is empty");
  if (pattern.includes(0)) throw wrong("a pattern holds a NUL byte");
  if (pattern.length > MAX_PATTERN_BYTES) {
    throw wrong(`a pattern has more than ${MAX_PATTERN_BYTES} bytes`, 64);
  }
  return { includes, pattern: Uint8Array.from(pattern) };
}

function limitsFromWire({ minSizeBytes, maxSizeBytes, minAge, maxAge }: WireLimits): FileLimits {
  return {
    ...(minSizeBytes === undefined ? {} : { minSizeBytes: sizeFromWire(minSizeBytes) }),
    ...(maxSizeBytes === undefined ? {} : { maxSizeBytes: sizeFromWire(maxSizeBytes) }),
    ...(minAge === undefined ? {} : { minAge: timeFromWire(minAge) }),
    ...(maxAge === undefined ? {} : { maxAge: timeFromWire(maxAge) }),
  };
}

function sizeFromWire(bytes: number): number {
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw wrong(`${bytes} is no size`);
  return bytes;
}

function timeToWire(limit: TimeLimit | undefined): WireTimeLimit | undefined {
  if (limit === undefined) return undefined;
  return limit.kind === "age"
    ? { bound: { $case: "ageSeconds", value: limit.seconds } }
    : { bound: { $case: "epochSeconds", value: limit.epochSeconds } };
}

function timeFromWire({ bound }: WireTimeLimit): TimeLimit {
  if (bound === undefined || !Number.isFinite(bound.value)) throw wrong("an age has no number");
  return bound.$case === "ageSeconds"
    ? { kind: "age", seconds: bound.value }
    : { kind: "moment", epochSeconds: bound.value };
}

/** Copied into shared memory, as `FileList` says. */
function listFromWire({ bytes, starts, wantsContent }: WireList): FileList {
  const count = starts.length - 1;
  if (count < 0 || starts[0] !== 0 || starts[count] !== bytes.length) {
    throw wrong("its list of files does not begin and end with its bytes");
  }
  if (wantsContent.length !== count || wantsContent.some((wants) => wants > 1)) {
    throw wrong("its list of files does not tell for each path whether its content is wanted");
  }
  let previous = 0;
  let start = 0;
  for (const [path, end] of starts.entries()) {
    if (path === 0) continue;
    if (end < start) throw wrong("the paths of its list of files overlap");
    checkPath(bytes, start, end);
    if (path > 1 && comparePaths(bytes, previous, start, start, end) >= 0) {
      throw wrong("its list of files is not sorted");
    }
    previous = start;
    start = end;
  }
  const list = {
    bytes: new Uint8Array(new SharedArrayBuffer(bytes.length)),
    starts: new Uint32Array(new SharedArrayBuffer(4 * starts.length)),
    wantsContent: new Uint8Array(new SharedArrayBuffer(count)),
  };
  list.bytes.set(bytes);
  list.starts.set(starts);
  list.wantsContent.set(wantsContent);
  return list;
}

/** Components are neither empty nor `.` nor `..`; no path at all, the source itself, is good. */
function checkPath(bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end;) {
    let stop = at;
    let isDots = true;
    for (; stop < end && bytes[stop] !== SLASH; stop++) {
      if (bytes[stop] === 0) throw wrong("a path of its list of files holds a NUL byte");
      isDots &&= bytes[stop] === DOT;
    }
    if ((isDots && stop - at <= 2) || stop === end - 1) {
      throw wrong("a path of its list of files has a part that is empty or only dots");
    }
    at = stop + 1;
  }
}

function wrong(what: string, exitCode: 1 | 64 = 1): SessionError {
  return new SessionError("filter", `The filter cannot be used: ${what}.`, exitCode);
}
