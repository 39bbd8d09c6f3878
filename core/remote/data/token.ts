/**
 * Tokens admit one data connection each: 16 bytes session, 2 stream, 2 spare, 4 expiry, 16 nonce,
 * then the HMAC-SHA-256 of those 40. The secret lives as long as the daemon.
 */

/** Bytes of a token. */
export const TOKEN_BYTES = 72;
/** Bytes of a session's id. */
export const SESSION_BYTES = 16;

const SIGNED_BYTES = 40;
const STREAM_AT = 16;
const EXPIRY_AT = 20;
const NONCE_AT = 24;
const NONCE_BYTES = 16;

/** What a token turned out to be. */
export type TokenVerdict =
  | { readonly kind: "good"; readonly session: string; readonly stream: number }
  | { readonly kind: "forged" | "expired" | "used" };

/** Makes and judges the tokens of one daemon. */
export class TokenMaker {
  readonly #key: Promise<CryptoKey>;
  readonly #now: () => number;
  /** Nonces that were used, by the second in which their tokens expire. */
  readonly #used = new Map<string, number>();

  /** `now` gives the time in milliseconds; tests turn the clock. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#key = crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
    ]) as Promise<CryptoKey>;
  }

  /** Makes a token for a stream of a session (16 bytes), good once and for `lifetimeMs`. */
  async make(session: Uint8Array, stream: number, lifetimeMs: number): Promise<Uint8Array> {
    if (session.length !== SESSION_BYTES) throw new RangeError("A session's id has 16 bytes");
    const token = new Uint8Array(TOKEN_BYTES);
    const view = new DataView(token.buffer);
    token.set(session);
    view.setUint16(STREAM_AT, stream, true);
    view.setUint32(EXPIRY_AT, Math.ceil((this.#now() + lifetimeMs) / 1000), true);
    crypto.getRandomValues(token.subarray(NONCE_AT, NONCE_AT + NONCE_BYTES));
    token.set(await this.#sign(token), SIGNED_BYTES);
    return token;
  }

  /** Judges a token; a good one is used up by that. */
  async redeem(token: Uint8Array): Promise<TokenVerdict> {
    if (token.length !== TOKEN_BYTES) return { kind: "forged" };
    const signature = await this.#sign(token);
    if (!equalInConstantTime(signature, token.subarray(SIGNED_BYTES))) return { kind: "forged" };
    // From here on nothing is awaited, so that of two with the same nonce one comes second.
    const view = new DataView(token.buffer, token.byteOffset);
    const expiry = view.getUint32(EXPIRY_AT, true);
    const now = this.#now() / 1000;
    if (expiry <= now) return { kind: "expired" };
    const nonce = token.subarray(NONCE_AT, SIGNED_BYTES).toHex();
    if (this.#used.has(nonce)) return { kind: "used" };
    this.#forgetExpired(now);
    this.#used.set(nonce, expiry);
    return {
      kind: "good",
      session: token.subarray(0, SESSION_BYTES).toHex(),
      stream: view.getUint16(STREAM_AT, true),
    };
  }

  #forgetExpired(now: number): void {
    for (const [nonce, expiry] of this.#used) if (expiry <= now) this.#used.delete(nonce);
  }

  async #sign(token: Uint8Array): Promise<Uint8Array> {
    const signed = token.slice(0, SIGNED_BYTES);
    return new Uint8Array(await crypto.subtle.sign("HMAC", await this.#key, signed));
  }
}

/** Compares all bytes whatever the first are, so that the time tells nothing of them. */
function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}
