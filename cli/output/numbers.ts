/** `1234567` as `1,234,567`. */
export function count(value: number): string {
  // Not toLocaleString: loading the locale's rules costs a millisecond.
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count with its noun: `1 file`, `1,200 files`. */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** A number of bytes in powers of 1000 with three digits at most: `0 B`, `1.2 MB`, `345 GB`. */
export function bytes(value: number): string {
  let unit = 0;
  let scaled = value;
  // 999.5 and more would be shown as 1000.
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = unit === 0 || scaled >= 9.95 ? scaled.toFixed(0) : scaled.toFixed(1);
  return `${digits} ${UNITS[unit]}`;
}

/** A time that was measured: `12 ms`, `0.8 s`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 99.5) return `${Math.max(0, milliseconds).toFixed(0)} ms`;
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time to come as a clock shows it: `0:07`, `12:30`, `3:05:00`. */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
