import { Errno } from "../errno.ts";
import type { Name, Result } from "../sys.ts";
import type { Libc } from "./libc.ts";
import { NamedAttributes } from "./named_attributes.ts";
import { procSelf } from "./proc.ts";

/** Longest value and longest name list that Linux allows (XATTR_SIZE_MAX, XATTR_LIST_MAX). */
const LIMIT = 65536;
/** The kernel makes and clears a buffer of the size that it is asked for, at each call. */
const USUAL = 512;
const NOTHING = new Uint8Array(0);

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Extended attributes of whatever a handle holds, or of an entry of the directory that it holds,
 * which is not followed. The calls that take a descriptor refuse the O_PATH handles that links and
 * special files need: these go through the handle's magic link in /proc, which names the held
 * object itself, whatever its name is now.
 */
export class Attributes {
  readonly #buffer = new Uint8Array(LIMIT);
  readonly #named: NamedAttributes;

  constructor(readonly libc: Libc) {
    this.#named = new NamedAttributes(libc);
  }

  list(handle: number, name?: Name): Bytes | Result {
    return this.#taken((into, length) =>
      name === undefined
        ? this.#list(handle, into, length)
        : this.#named.list(handle, name, into, length)
    );
  }

  get(handle: number, attribute: Name, name?: Name): Bytes | Result {
    return this.#taken((into, length) =>
      name === undefined
        ? this.#get(handle, attribute, into, length)
        : this.#named.get(handle, name, attribute, into, length)
    );
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

  /** Whether a call has failed because the handle was opened to reach attributes alone. */
  #isPathOnly(result: number): boolean {
    return result < 0 && this.#failed() === -Errno.EBADF;
  }

  #list(handle: number, into: Bytes, length: number): number {
    const result = this.libc.attribute.ffiFlistxattr(handle, into, length);
    if (!this.#isPathOnly(result)) return result;
    return this.libc.rare.listxattr(held(handle), into, length);
  }

  #get(handle: number, attribute: Name, into: Bytes, length: number): number {
    const result = this.libc.file.ffiFgetxattr(handle, attribute, into, length);
    if (!this.#isPathOnly(result)) return result;
    return this.libc.rare.getxattr(held(handle), attribute, into, length);
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
