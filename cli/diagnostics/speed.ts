import { bytes, count } from "../output/numbers.ts";

/** A rate for people: `1.2 MB/s`, `3,400 files/s`. */
export function speedText(unit: "bytes" | "files" | "entries", perSecond: number): string {
  if (unit === "bytes") return `${bytes(perSecond)}/s`;
  const shown = perSecond >= 10 ? count(perSecond) : perSecond.toFixed(1);
  return `${shown} ${unit}/s`;
}

/** A change for people: `+12 %`; a dash while nothing can be said. */
export function changeText(change: number | undefined): string {
  if (change === undefined) return "-";
  const percent = Math.round(change * 100);
  return `${percent > 0 ? "+" : ""}${count0(percent)} %`;
}

/** With its sign, which `count` is not made for. */
function count0(value: number): string {
  return value < 0 ? `-${count(-value)}` : count(value);
}
