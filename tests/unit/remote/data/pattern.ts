/** The byte that stands at a place of the test's endless pattern. */
export function patternAt(position: number): number {
  return (position * 31 + (position >>> 11)) & 0xff;
}

/** Fills bytes with the pattern from a position on. */
export function putPattern(bytes: Uint8Array, position: number): void {
  for (let index = 0; index < bytes.length; index++) bytes[index] = patternAt(position + index);
}

/** Whether bytes are the pattern from a position on. */
export function isPattern(bytes: Uint8Array, position: number): boolean {
  return bytes.every((byte, index) => byte === patternAt(position + index));
}
