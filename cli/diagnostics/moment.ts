/** A moment as the machine's clock in UTC shows it: `2026-11-21 12:17Z`. */
export function momentText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("T", " ").replace(/:\d\d\.\d+Z$/, "Z");
}
