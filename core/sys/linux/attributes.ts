import { Errno } from "../errno.ts";
import type { Name, Result } from "../sys.ts";
import type { Libc } from "./libc.ts";
import { procIsWorkingDirectory, procSelf } from "./proc.ts";

/** Longest value and longest name list that Linux allows (XATTR_SIZE_MAX, XATTR_LIST_MAX). */
const LIMIT = 65536;
/** The kernel makes and clears a buffer of the size that it is asked for, at each call. */
const USUAL = 512;
/** Room for the path of a descriptor in /proc, and for a name (NAME_MAX). */
const PATH_BYTES = 64 + 256;
const SLASH = 47;
const NOTHING = new Uint8Array(0);

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Extended attributes of whatever a handle holds, or of an entry of the directory that it holds,
 * which is not followed. The calls that take a descriptor refuse the O_PATH handles that links and
 * special files need, and none takes a directory and a name (but for kernels since 6.13). So these
 * go through the handle's magic link in /proc, which names the held object itself, whatever its
 * name is now.
 */
export class Attributes {
  readonly #buffer = new Uint8Array(LIMIT);
  readonly #path = new Uint8Array(PATH_BYTES);
  /** Of which directory the path begins with the link, seen from where, and how long that is. */
  #directory = -1;
  #isInside = false;
  #start = 0;

  constructor(readonly libc: Libc) {}

  list(handle: number, name?: Name): Bytes | Result {
    const path = name === undefined ? undefined : this.#pathOf(handle, name);
    return this.#taken((into, length) => this.#list(handle, path, into, length));
  }

  get(handle: number, attribute: Name, name?: Name): Bytes | Result {
    const path = name === undefined ? undefined : this.#pathOf(handle, name);
    return this.#taken((into, length) => this.#get(handle, path, attribute, into, length));
  }

  set(handle: number, attribute: Name, value: Bytes): Result {
    const { libc } = this;
    let result = libc.attribute.ffiFsetxattr(handle, attribute, value, value.length, 0);
    if (this.#isPathOnly(result)) {
      result = libc.rare.setxattr(held(handle), attribute, value, value.length, 0);
    }
    return result < 0 ? this.#failed() : 0;
  }

  remove(handle: number, attribute: Name): Result {
    return this.libc.rare.removexattr(held(handle), attribute) < 0 ? this.#failed() : 0;
  }

  /** The path of an entry, good until the next is asked for. */
  #pathOf(directory: number, name: Name): Bytes {
    const path = this.#path;
    if (this.#directory !== directory || this.#isInside !== procIsWorkingDirectory()) {
      const link = held(directory);
      path.set(link);
      this.#start = link.length;
      path[this.#start - 1] = SLASH; // in the place of its NUL
      this.#directory = directory;
      this.#isInside = procIsWorkingDirectory();
    }
    let at = this.#start;
    for (let from = 0; from < name.length && name[from] !== 0; from++) path[at++] = name[from]!;
    path[at] = 0;
    return path;
  }

  /** Whether a call has failed because the handle was opened to reach attributes alone. */
  #isPathOnly(result: number): boolean {
    return result < 0 && this.#failed() === -Errno.EBADF;
  }

  #list(handle: number, path: Bytes | undefined, into: Bytes, length: number): number {
    const { attribute, rare } = this.libc;
    if (path !== undefined) return attribute.ffiLlistxattr(path, into, length);
    const result = attribute.ffiFlistxattr(handle, into, length);
    return this.#isPathOnly(result) ? rare.listxattr(held(handle), into, length) : result;
  }

  #get(
    handle: number,
    path: Bytes | undefined,
    attribute: Name,
    into: Bytes,
    length: number,
  ): number {
    const { libc } = this;
    if (path !== undefined) return libc.attribute.ffiLgetxattr(path, attribute, into, length);
    const result = libc.file.ffiFgetxattr(handle, attribute, into, length);
    if (!this.#isPathOnly(result)) return result;
    return libc.rare.getxattr(held(handle), attribute, into, length);
  }

  /** What a call gives, which is asked for little first, and for all that there can be after that. */
  #taken(call: (into: Bytes, length: number) => number): Bytes | Result {
    let length = call(this.#buffer, USUAL);
    if (length < 0 && this.#failed() === -Errno.ERANGE) length = call(this.#buffer, LIMIT);
    if (length < 0) return this.#failed();
    return length === 0 ? NOTHING : this.#buffer.slice(0, length);
  }

  #failed(): Result {
    return -(this.libc.errno[0] ?? Errno.EIO);
  }
}

function held(handle: number): Bytes {
  return procSelf(`fd/${handle}`);
}
