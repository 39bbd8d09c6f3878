import { TOKEN_BYTES } from "./token.ts";

/** "BLITDATA". */
const MAGIC = [0x42, 0x4c, 0x49, 0x54, 0x44, 0x41, 0x54, 0x41];
const VERSION = 1;
const TOKEN_AT = 12;

/** Bytes of a greeting: 8 magic, 2 version, 2 spare, then the token. */
export const GREETING_BYTES: number = TOKEN_AT + TOKEN_BYTES;

/** What the daemon answers, in one byte. */
export const GreetingAnswer = {
  /** Records may follow. */
  Welcome: 0,
  /** The token is forged, expired or used, its session over, or the greeting malformed. */
  Refused: 1,
  /** The greeting is of another version. */
  OtherVersion: 2,
} as const;

/** The greeting that brings a token. */
export function makeGreeting(token: Uint8Array): Uint8Array<ArrayBuffer> {
  if (token.length !== TOKEN_BYTES) throw new RangeError(`A token has ${TOKEN_BYTES} bytes`);
  const greeting = new Uint8Array(GREETING_BYTES);
  greeting.set(MAGIC);
  greeting[8] = VERSION;
  greeting.set(token, TOKEN_AT);
  return greeting;
}

/** The token of a greeting, or what to answer because there is none. */
export function tokenOf(greeting: Uint8Array): Uint8Array | number {
  if (MAGIC.some((byte, index) => greeting[index] !== byte)) return GreetingAnswer.Refused;
  if (greeting[8] !== VERSION || greeting[9] !== 0) return GreetingAnswer.OtherVersion;
  if (greeting[10] !== 0 || greeting[11] !== 0) return GreetingAnswer.Refused;
  return greeting.subarray(TOKEN_AT, GREETING_BYTES);
}
