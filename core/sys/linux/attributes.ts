import { Errno } from "../errno.ts";
import type { Name, Result } from "../sys.ts";
import type { Libc } from "./libc.ts";
import { procSelf } from "./proc.ts";

/** Longest value and longest name list that Linux allows (XATTR_SIZE_MAX, XATTR_LIST_MAX). */
const LIMIT = 65536;

/**
 * Extended attributes of whatever a handle holds. The calls that take a descriptor refuse the
 * O_PATH handles that links and special files need, so every call goes through the handle's
 * magic link in /proc, which names the held object itself, whatever its name is now.
 */
export class Attributes {
  readonly #buffer = new Uint8Array(LIMIT);

  constructor(readonly libc: Libc) {}

  list(handle: number): Uint8Array<ArrayBuffer> | Result {
    return this.#taken(this.libc.rare.listxattr(held(handle), this.#buffer, LIMIT));
  }

  get(handle: number, attribute: Name): Uint8Array<ArrayBuffer> | Result {
    return this.#taken(this.libc.file.ffiGetxattr(held(handle), attribute, this.#buffer, LIMIT));
  }

  set(handle: number, attribute: Name, value: Uint8Array<ArrayBuffer>): Result {
    const result = this.libc.rare.setxattr(held(handle), attribute, value, value.length, 0);
    return result < 0 ? this.#failed() : 0;
  }

  remove(handle: number, attribute: Name): Result {
    return this.libc.rare.removexattr(held(handle), attribute) < 0 ? this.#failed() : 0;
  }

  #taken(length: number): Uint8Array<ArrayBuffer> | Result {
    return length < 0 ? this.#failed() : this.#buffer.slice(0, length);
  }

  #failed(): Result {
    return -(this.libc.errno[0] ?? Errno.EIO);
  }
}

function held(handle: number): Uint8Array<ArrayBuffer> {
  return procSelf(`fd/${handle}`);
}
