import {
  hashBegin,
  hashFinish,
  hashStateAt,
  hashStateBytes,
  hashUpdate,
} from "../../wasm/blit.wasm";
import { throughWindow, wasmBytes, windowAddress } from "./window.ts";

/** The state in WASM memory that the hasher at work has, and the one for one-shots. */
const WORKING = 0;
const ONE_SHOT = 1;
const WORKING_AT = hashStateAt(WORKING);

/** Copied and hashed at a time: small enough to stay in the cache between the two. */
const PIECE_BYTES = 128 * 1024;

/** The hasher whose state is in WASM memory; the others keep theirs in JavaScript's. */
let working: Blake3 | null = null;

/**
 * BLAKE3 of content that comes in pieces. Any number of hashers may be alive at once; changing
 * from one to another costs a copy of 1 to 3 KiB.
 *
 * ```ts
 * import { Blake3, toHex } from "./mod.ts";
 * import assert from "node:assert/strict";
 * const hasher = new Blake3();
 * hasher.update(new TextEncoder().encode("a"));
 * hasher.update(new TextEncoder().encode("bc"));
 * assert.equal(toHex(hasher.digest()).slice(0, 16), "6437b3ac38465133");
 * ```
 */
export class Blake3 {
  #aside: Uint8Array<ArrayBuffer> | null = null;
  #asideBytes = 0;

  /** Adds bytes. Bytes that lie in WASM memory already (a shard's content) are not copied. */
  update(bytes: Uint8Array): void {
    this.#work();
    throughWindow(bytes, PIECE_BYTES, updateWorking);
  }

  /** Adds the first `length` bytes of the input window, without copying them. */
  updateFromWindow(length: number): void {
    const address = windowAddress(length);
    this.#work();
    hashUpdate(WORKING, address, length);
  }

  /** The 32-byte hash of everything added so far; more may be added after. */
  digest(): Uint8Array<ArrayBuffer> {
    this.#work();
    return resultAt(hashFinish(WORKING, 1));
  }

  /** Forgets everything added, for the next file. */
  reset(): void {
    this.#asideBytes = 0;
    if (working === this) hashBegin(WORKING, 0, 0);
  }

  /** Brings this hasher's state to WASM memory, and puts aside the one that was there. */
  #work(): void {
    if (working === this) return;
    if (working !== null) working.#putAside();
    working = this;
    if (this.#aside === null || this.#asideBytes === 0) hashBegin(WORKING, 0, 0);
    else wasmBytes.set(this.#aside.subarray(0, this.#asideBytes), WORKING_AT);
  }

  #putAside(): void {
    this.#asideBytes = hashStateBytes(WORKING);
    this.#aside ??= new Uint8Array(hashStateAt(ONE_SHOT) - WORKING_AT);
    this.#aside.set(wasmBytes.subarray(WORKING_AT, WORKING_AT + this.#asideBytes));
  }
}

function updateWorking(address: number, length: number): void {
  hashUpdate(WORKING, address, length);
}

function updateOneShot(address: number, length: number): void {
  hashUpdate(ONE_SHOT, address, length);
}

/** A copy of the 32 bytes at an address. */
function resultAt(address: number): Uint8Array<ArrayBuffer> {
  return wasmBytes.slice(address, address + 32);
}

/**
 * The BLAKE3 hash, 32 bytes, of bytes that are all there.
 *
 * ```ts
 * import { blake3, toHex } from "./mod.ts";
 * import assert from "node:assert/strict";
 * assert.equal(toHex(blake3(new Uint8Array())).slice(0, 16), "af1349b9f5f9a1a6");
 * ```
 */
export function blake3(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  hashBegin(ONE_SHOT, 0, 0);
  throughWindow(bytes, PIECE_BYTES, updateOneShot);
  return resultAt(hashFinish(ONE_SHOT, 1));
}

/** The chaining value of bytes that begin at chunk `chunkCounter` of an input; unchecked. */
export function chainingValue(bytes: Uint8Array, chunkCounter: number): Uint8Array<ArrayBuffer> {
  hashBegin(ONE_SHOT, chunkCounter % 2 ** 32, Math.floor(chunkCounter / 2 ** 32));
  throughWindow(bytes, PIECE_BYTES, updateOneShot);
  return resultAt(hashFinish(ONE_SHOT, 0));
}

/**
 * Bytes as lower-case hexadecimal digits.
 *
 * ```ts
 * import { toHex } from "./mod.ts";
 * import assert from "node:assert/strict";
 * assert.equal(toHex(new Uint8Array([0, 171])), "00ab");
 * ```
 */
export function toHex(bytes: Uint8Array): string {
  return bytes.toHex();
}
