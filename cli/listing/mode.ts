const LETTERS: Readonly<Record<number, string>> = {
  1: "p",
  2: "c",
  4: "d",
  6: "b",
  8: "-",
  10: "l",
  12: "s",
};
const cache = new Map<number, string>();

/** Kind and permissions as `ls -l` prints them, from `st_mode`: `drwxr-xr-x`, `-rwsr-Sr-t`. */
export function modeLetters(mode: number): string {
  const known = cache.get(mode);
  if (known !== undefined) return known;
  const three = (bits: number, special: boolean, letter: string): string => {
    const executes = (bits & 1) !== 0;
    const last = special ? executes ? letter : letter.toUpperCase() : executes ? "x" : "-";
    return (bits & 4 ? "r" : "-") + (bits & 2 ? "w" : "-") + last;
  };
  const text = (LETTERS[mode >>> 12] ?? "?") +
    three(mode >> 6, (mode & 0o4000) !== 0, "s") +
    three(mode >> 3, (mode & 0o2000) !== 0, "s") +
    three(mode, (mode & 0o1000) !== 0, "t");
  cache.set(mode, text);
  return text;
}
