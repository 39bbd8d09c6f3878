import { Errno } from "../errno.ts";
import type { Name } from "../sys.ts";
import { AT_SYMLINK_NOFOLLOW, SYS_GETXATTRAT, SYS_LISTXATTRAT } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { procIsWorkingDirectory, procSelf } from "./proc.ts";

/** Room for the path of a descriptor in /proc, and for a name (NAME_MAX). */
const PATH_BYTES = 64 + 256;
const SLASH = 47;

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Extended attributes of an entry of an open directory, which is not followed. Linux has calls for
 * that since 6.13 (listxattrat(2), getxattrat(2)), of which glibc knows nothing; before, the path
 * leads through the directory's magic link in /proc, which takes twice as long. Both give what the
 * calls of libc give.
 */
export class NamedAttributes {
  readonly #path = new Uint8Array(PATH_BYTES);
  /** Of which directory the path begins with the link, seen from where, and how long that is. */
  #directory = -1;
  #isInside = false;
  #start = 0;
  #hasCalls = true;
  /** `struct xattr_args` of linux/xattr.h: where the value goes, its room, no flags. */
  readonly #arguments = new BigUint64Array(2);
  readonly #argumentBytes = new Uint8Array(this.#arguments.buffer);
  /** Their size, as a word of its own. */
  readonly #argumentsLength = Deno.UnsafePointer.create(16n);
  #into: Bytes | undefined;

  constructor(readonly libc: Libc) {}

  list(directory: number, name: Name, into: Bytes, length: number): number {
    if (this.#hasCalls) {
      const flags = AT_SYMLINK_NOFOLLOW;
      const result = this.libc.namedAttribute.ffiListxattrat(
        SYS_LISTXATTRAT,
        directory,
        name,
        flags,
        into,
        length,
      );
      if (!this.#isUnknown(result)) return result;
    }
    return this.libc.pathAttribute.ffiLlistxattr(this.#pathOf(directory, name), into, length);
  }

  get(directory: number, name: Name, attribute: Name, into: Bytes, length: number): number {
    if (this.#hasCalls) {
      this.#direct(into, length);
      const result = this.libc.namedAttribute.ffiGetxattrat(
        SYS_GETXATTRAT,
        directory,
        name,
        AT_SYMLINK_NOFOLLOW,
        attribute,
        this.#argumentBytes,
        this.#argumentsLength,
      );
      if (!this.#isUnknown(result)) return result;
    }
    return this.libc.pathAttribute.ffiLgetxattr(
      this.#pathOf(directory, name),
      attribute,
      into,
      length,
    );
  }

  /** Says where a value goes. The buffer is too large to be moved by V8. */
  #direct(into: Bytes, length: number): void {
    if (this.#into !== into) {
      this.#arguments[0] = BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(into)));
      this.#into = into;
    }
    this.#arguments[1] = BigInt(length);
  }

  /** Whether the kernel does not have the call, or a container's seccomp profile forbids it. */
  #isUnknown(result: number): boolean {
    if (result >= 0) return false;
    const errno = this.libc.errno[0];
    const isUnknown = errno === Errno.ENOSYS || errno === Errno.EPERM;
    if (isUnknown) this.#hasCalls = false;
    return isUnknown;
  }

  /** The path of an entry, good until the next is asked for. */
  #pathOf(directory: number, name: Name): Bytes {
    const path = this.#path;
    if (this.#directory !== directory || this.#isInside !== procIsWorkingDirectory()) {
      const link = procSelf(`fd/${directory}`);
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
}
