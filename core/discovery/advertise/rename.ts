import { LABEL_BYTES } from "../dns/name.ts";

/** The next name to try: `"X"`, `"X (2)"`, `"X (3)"` (RFC 6762, appendix D). */
export function nextInstance(name: string): string {
  const match = /^(.*) \((\d{1,6})\)$/s.exec(name);
  const [stem, number] = match === null ? [name, 1] : [match[1] ?? "", Number(match[2])];
  return withEnd(stem, ` (${number + 1})`);
}

/** The next name of a host to try: `"x"`, `"x-2"`, `"x-3"`. */
export function nextHost(name: string): string {
  const match = /^(.*)-(\d{1,6})$/s.exec(name);
  const [stem, number] = match === null ? [name, 1] : [match[1] ?? "", Number(match[2])];
  return withEnd(stem, `-${number + 1}`);
}

/** A label from what a machine is called: letters, digits and hyphens of its first part. */
export function hostLabel(called: string): string {
  const first = called.split(".")[0] ?? "";
  const label = first.replace(/[^A-Za-z0-9-]+/g, "-").slice(0, LABEL_BYTES).replace(/^-+|-+$/g, "");
  return label === "" ? "blit" : label;
}

/** Text cut to what a label holds, no character in half. */
export function fitting(text: string, bytes: number = LABEL_BYTES): string {
  let length = 0;
  let kept = "";
  for (const character of text) {
    length += new TextEncoder().encode(character).length;
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}

function withEnd(stem: string, end: string): string {
  return fitting(stem, LABEL_BYTES - end.length) + end;
}
