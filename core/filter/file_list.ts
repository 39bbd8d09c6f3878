import { FilterError, quote } from "./error.ts";
import { splitLines } from "./lines.ts";
import type { FileList } from "./spec.ts";

const HASH = 0x23, DOT = 0x2e, SLASH = 0x2f, SEMICOLON = 0x3b;

/**
 * Reads the content of a `--files-from` file: one path relative to the source on each line, or
 * ended by NUL. Leading slashes, doubled slashes and `.` components are dropped. Lines beginning
 * with `;` or `#` are comments, but not in a NUL list: those are written by programs, and a name
 * may begin with either.
 *
 * @param name the file's name, for error messages
 * @throws {FilterError} if a path has a `..` component
 */
export function parseFileList(
  content: Uint8Array,
  nullTerminated: boolean,
  name: string,
): FileList {
  const paths = new PathColumns(content.length);
  splitLines(content, nullTerminated, (line, number) => {
    if (!nullTerminated && (line[0] === HASH || line[0] === SEMICOLON)) return;
    const place = `--files-from ${quote(name)}, ${nullTerminated ? "entry" : "line"} ${number}`;
    if (!nullTerminated && line.includes(0)) {
      throw new FilterError(
        "nul-in-pattern",
        `${place} holds a NUL byte. Is this a NUL-terminated list? Then add --null.`,
      );
    }
    paths.add(line, place);
  });
  return paths.sorted();
}

/** Paths being read, still in the file's order. */
class PathColumns {
  readonly #bytes: Uint8Array;
  readonly #starts: number[] = [0];
  readonly #wantsContent: number[] = [];

  constructor(capacityBytes: number) {
    this.#bytes = new Uint8Array(capacityBytes);
  }

  add(line: Uint8Array, place: string): void {
    const start = this.#starts[this.#wantsContent.length] ?? 0;
    let end = start;
    let endsAsDirectory = false;
    for (let at = 0; at <= line.length;) {
      const slash = line.indexOf(SLASH, at);
      const next = slash < 0 ? line.length : slash;
      const length = next - at;
      if (length === 2 && line[at] === DOT && line[at + 1] === DOT) {
        throw new FilterError(
          "parent-in-path",
          `${place}: the path ${quote(line)} has a ".." in it. Paths are relative to the source ` +
            `and cannot leave it.`,
        );
      }
      endsAsDirectory = length === 0 || (length === 1 && line[at] === DOT);
      if (!endsAsDirectory) {
        if (end > start) this.#bytes[end++] = SLASH;
        this.#bytes.set(line.subarray(at, next), end);
        end += length;
      }
      at = next + 1;
    }
    this.#starts.push(end);
    this.#wantsContent.push(endsAsDirectory ? 1 : 0);
  }

  sorted(): FileList {
    const bytes = this.#bytes;
    const starts = this.#starts;
    const start = (path: number) => starts[path] ?? 0;
    const compare = (left: number, right: number) =>
      comparePaths(bytes, start(left), start(left + 1), start(right), start(right + 1));
    const order = Uint32Array.from(this.#wantsContent.keys());
    if (!order.every((path) => path === 0 || compare(path - 1, path) <= 0)) order.sort(compare);

    const sortedBytes = sharedBytes(start(order.length));
    const sortedStarts = new Uint32Array(new SharedArrayBuffer(4 * (order.length + 1)));
    const sortedWants = sharedBytes(order.length);
    let count = 0;
    let previous = -1;
    for (const path of order) {
      if (previous >= 0 && compare(previous, path) === 0) {
        sortedWants[count - 1] ||= this.#wantsContent[path] ?? 0;
        continue;
      }
      const at = sortedStarts[count] ?? 0;
      sortedBytes.set(bytes.subarray(start(path), start(path + 1)), at);
      sortedWants[count++] = this.#wantsContent[path] ?? 0;
      sortedStarts[count] = at + start(path + 1) - start(path);
      previous = path;
    }
    return {
      bytes: sortedBytes.subarray(0, sortedStarts[count]),
      starts: sortedStarts.subarray(0, count + 1),
      wantsContent: sortedWants.subarray(0, count),
    };
  }
}

function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/**
 * Orders two paths of one blob by bytes, with the slash before every other byte, so that `a`,
 * `a/b` and `a-b` come in this order and all that is beneath a directory stands together.
 */
export function comparePaths(
  bytes: Uint8Array,
  leftStart: number,
  leftEnd: number,
  rightStart: number,
  rightEnd: number,
): number {
  const shared = Math.min(leftEnd - leftStart, rightEnd - rightStart);
  for (let at = 0; at < shared; at++) {
    const left = bytes[leftStart + at] ?? 0;
    const right = bytes[rightStart + at] ?? 0;
    if (left !== right) return left === SLASH ? -1 : right === SLASH ? 1 : left - right;
  }
  return (leftEnd - leftStart) - (rightEnd - rightStart);
}
