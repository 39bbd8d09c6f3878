/** As far as a Date reaches, in seconds (ECMA-262, 21.4.1.1). */
const FURTHEST = 8.64e12;

/**
 * Writes times as `ls --time-style=long-iso` does, in local time: `2026-11-21 11:17`. Files of one
 * directory often share their minute, which is made into text once.
 */
export class MinuteClock {
  #minute = NaN;
  #text = "";

  /** The minute of a moment in seconds since 1970; what no Date can hold stays a number. */
  text(seconds: number): string {
    const minute = Math.floor(seconds / 60);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#text = Math.abs(seconds) > FURTHEST ? "" : minuteText(minute);
    }
    return this.#text || String(seconds);
  }
}

function minuteText(minute: number): string {
  // Not Intl: a million entries would wait for it for seconds.
  const date = new Date(minute * 60_000);
  const two = (value: number): string => value < 10 ? `0${value}` : String(value);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}`;
}
