/**
 * A name of the DNS as its labels. Each label holds its bytes, a character a byte, so that any
 * label can be sent back as it came and dots within one (`Kim's disk, v2.1`) stay within it.
 */
export type DnsName = readonly string[];

/** The longest label and the longest name, its lengths and end included (RFC 1035, 3.1). */
export const LABEL_BYTES = 63;
/** See {@linkcode LABEL_BYTES}. */
export const NAME_BYTES = 255;

/** Text as a label: UTF-8 (RFC 6762, 16). */
export function labelOf(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** A label as text; bytes that are not UTF-8 become U+FFFD. */
export function labelText(label: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(labelBytes(label));
}

/** A label's bytes. */
export function labelBytes(label: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(label, (character) => character.charCodeAt(0));
}

/** The name of a host, `studio.local`, as labels. A host's labels hold no dots. */
export function hostName(text: string): DnsName {
  return text.replace(/\.$/, "").split(".").map(labelOf);
}

/** A host's name as text. */
export function hostText(name: DnsName): string {
  return name.map(labelText).join(".");
}

/** A key by which equal names are equal: upper and lower case of ASCII are (RFC 6762, 16). */
export function nameKey(name: DnsName): string {
  return name.map((label) => String.fromCharCode(label.length) + lowered(label)).join("");
}

function lowered(label: string): string {
  return label.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
