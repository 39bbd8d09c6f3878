const PRIME = 0x01000193;
const BASIS = 0x811c9dc5;

/**
 * What stands for a place in the file: 32 bits of its name mixed with this file's random salt
 * (FNV-1a, twice). No name can be read from it; who has the file and guesses a name can see whether
 * the guess fits, as with any such key. Two places that happen to have the same one cost a wrong
 * guess of a time, nothing else.
 */
export function keyOf(salt: string, ...parts: readonly (string | Uint8Array)[]): string {
  const encoder = new TextEncoder();
  let hash = mixed(BASIS, encoder.encode(salt));
  for (const part of parts) {
    // Each part is closed: "a", "bc" is not "ab", "c".
    hash = mixed(hash, typeof part === "string" ? encoder.encode(part) : part);
    hash = Math.imul(hash ^ 0xff, PRIME);
  }
  hash = mixed(hash, encoder.encode(salt));
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** A salt for a new file. */
export function newSalt(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}

function mixed(start: number, bytes: Uint8Array): number {
  let hash = start;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at]!, PRIME); // within
  return hash;
}
