/** The bytes of an address, 4 or 16, without its zone; undefined for what is none. */
export function addressBytes(address: string): Uint8Array<ArrayBuffer> | undefined {
  const bare = address.replace(/%.*$/s, "");
  if (!bare.includes(":")) {
    const parts = bare.split(".");
    const fits = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && +part < 256);
    return fits ? Uint8Array.from(parts, Number) : undefined;
  }
  if (!/^[0-9a-f:.]+$/i.test(bare)) return undefined;
  // In its shortest form, without dots.
  const short = URL.parse(`http://[${bare}]/`)?.hostname.slice(1, -1);
  if (short === undefined) return undefined;
  const [head = "", tail] = short.split("::");
  const groups = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const between = tail === undefined ? 0 : 8 - first.length - last.length;
  const bytes = new Uint8Array(16);
  [...first, ...new Array<number>(between).fill(0), ...last].forEach((group, index) => {
    bytes[index * 2] = group >> 8;
    bytes[index * 2 + 1] = group & 0xff;
  });
  return bytes;
}

/** An address from its 4 or 16 bytes; of version 6 in its shortest form (RFC 5952). */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) {
    groups.push((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  }
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

/** Whether two addresses begin with the same `bits` bits. */
export function samePrefix(one: string, other: string, bits: number): boolean {
  const [a, b] = [addressBytes(one), addressBytes(other)];
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  for (let bit = 0; bit < Math.min(bits, a.length * 8); bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
    const index = bit >> 3;
    if ((((a[index] ?? 0) ^ (b[index] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/** Whether an address of version 6 means something only on its link (fe80::/10). */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address) && address.includes(":");
}

/** Whether only this machine has the address: 127.0.0.0/8 and ::1. */
export function isLoopbackAddress(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
