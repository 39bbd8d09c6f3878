const UNITS = "KMGTPEZY";

/**
 * A number of bytes as `ls -h`, `du -h` and `df -h` print it: powers of 1024, rounded up, with one
 * digit behind the point below 10 (human.c of gnulib): `0`, `512`, `1.5K`, `24M`.
 */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let unit = 1024;
  let letter = 0;
  // Exact: dividing a double by a power of two loses nothing.
  while (bytes / unit > 1023 && letter < UNITS.length - 1) {
    unit *= 1024;
    letter++;
  }
  const scaled = bytes / unit;
  const tenths = Math.ceil(scaled * 10);
  // What fills 1023.x of a unit is rounded up to 1.0 of the next, found by going one too far.
  const number = tenths < 100 ? (Math.max(tenths, 10) / 10).toFixed(1) : String(Math.ceil(scaled));
  return number + UNITS[letter];
}
