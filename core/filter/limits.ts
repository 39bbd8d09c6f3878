import { FilterError, quote } from "./error.ts";
import type { TimeLimit } from "./spec.ts";

const DECIMAL_EXPONENT = 3;
const BINARY_EXPONENT = 10;
const SIZE = /^(\d*)(?:\.(\d*))?(?:([bkmgtp])(b|ib)?)?([+-]1)?$/i;

/**
 * A size in bytes from rsync's notation: `10`, `1.5M` and `1.5MiB` (powers of 1024), `1.5MB`
 * (powers of 1000), letters in either case, and `+1` or `-1` byte at the end (rsync(1),
 * `--max-size`). Fractions of a byte are dropped.
 *
 * @param option the option's name, for the error's sentence
 */
export function parseSize(text: string, option: string): number {
  const parts = SIZE.exec(text);
  const whole = parts?.[1] ?? "";
  const fraction = parts?.[2] ?? "";
  if (parts === null || whole.length + fraction.length === 0) {
    throw new FilterError(
      "bad-size",
      `${option} ${quote(text)} is not a size. Write a number of bytes, or one with a unit ` +
        `such as 500K, 1.5M (powers of 1024) or 10MB (powers of 1000).`,
    );
  }
  const exponent = "bkmgtp".indexOf((parts[3] ?? "b").toLowerCase());
  const unit = parts[4]?.toLowerCase() === "b"
    ? 10n ** BigInt(DECIMAL_EXPONENT * exponent)
    : 2n ** BigInt(BINARY_EXPONENT * exponent);
  // Whole numbers throughout: 1.005MB is 1005000 bytes, which floating point would miss by one.
  const scaled = BigInt(whole + fraction) * unit / 10n ** BigInt(fraction.length);
  const bytes = scaled + BigInt(parts[5] ?? "0");
  if (bytes < 0n || bytes > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new FilterError(
      "bad-size",
      `${option} ${quote(text)} is out of range: sizes go from 0 to 8191T.`,
    );
  }
  return Number(bytes);
}

/** Seconds of each unit; a month is 30 days and a year 365, as in rclone. */
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 7 * 86400,
  M: 30 * 86400,
  y: 365 * 86400,
};
const DURATION_PART = /(\d+(?:\.\d*)?|\.\d+)(ms|[smhdwMy])/y;
const PLAIN_SECONDS = /^\d+(\.\d*)?$/;
const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?)?$/;

/**
 * An age (`90s`, `15m`, `2h`, `1h30m`, `3d`, `1w`, `1M`, `1y`, or seconds without a unit) or a
 * moment: an RFC 3339 date and time, or only a date. A moment without a zone is local time.
 *
 * @param option the option's name, for the error's sentence
 */
export function parseAge(text: string, option: string): TimeLimit {
  const seconds = durationSeconds(text);
  if (seconds !== null) return { kind: "age", seconds };
  const epochSeconds = momentSeconds(text);
  if (epochSeconds !== null) return { kind: "moment", epochSeconds };
  throw new FilterError(
    "bad-age",
    `${option} ${quote(text)} is neither an age nor a date. Write 90s, 15m, 2h, 3d, 1w, 1M or ` +
      `1y, or a date such as 2024-12-31 or 2024-12-31T18:00:00Z.`,
  );
}

function durationSeconds(text: string): number | null {
  if (PLAIN_SECONDS.test(text)) return Number(text);
  let total = 0;
  let at = 0;
  while (at < text.length) {
    DURATION_PART.lastIndex = at;
    const part = DURATION_PART.exec(text);
    if (part === null) return null;
    total += Number(part[1]) * (UNIT_SECONDS[part[2] ?? ""] ?? NaN);
    at = DURATION_PART.lastIndex;
  }
  return at === 0 ? null : total;
}

function momentSeconds(text: string): number | null {
  const parts = MOMENT.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = ""] =
    parts;
  // The calendar is checked here: Date would turn 31 February into 3 March.
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (midnight.getUTCMonth() + 1 !== Number(month) || Number(day) === 0) return null;
  const whole = `${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`;
  const milliseconds = Date.parse(whole);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000 + Number(fraction || "0");
}
