import type { Habit } from "./habits.ts";

const FOLLOW: Habit = {
  names: ["L", "dereference", "H", "follow"],
  says: "symbolic links are never followed.",
  refused: true,
};
const ONE_FILE_SYSTEM: Habit = {
  names: ["x", "one-file-system", "xdev", "mount"],
  says: "staying on one file system is not offered.",
  refused: true,
};
const COLOUR: Habit = {
  names: ["color", "colour", "G"],
  says: "not needed, colour is used at a terminal unless NO_COLOR is set.",
};

/** Options of ls, find, du, df and rm (GNU coreutils, findutils) that hands type by habit. */
export const LOOKING_HABITS: Readonly<Record<string, readonly Habit[]>> = {
  ls: [
    FOLLOW,
    COLOUR,
    { names: ["a", "all", "A", "almost-all"], says: "not needed, everything is listed." },
    { names: ["1"], says: "not needed, every entry has a line." },
    { names: ["n", "numeric-uid-gid"], says: "owners on a server are numbers; write -l." },
    { names: ["S"], says: "write --sort size.", refused: true },
    { names: ["t"], says: "write --sort time.", refused: true },
    { names: ["U", "f"], says: "write --sort none.", refused: true },
    {
      names: ["human-readable", "si"],
      says: "write --human; it is so at a terminal.",
      refused: true,
    },
  ],
  find: [
    FOLLOW,
    ONE_FILE_SYSTEM,
    { names: ["print"], says: "not needed, what is found is printed." },
    { names: ["print0"], says: "write -0.", refused: true },
    { names: ["ls"], says: "write -l.", refused: true },
    { names: ["iname"], says: "write --name and -i.", refused: true },
    { names: ["ipath", "wholename", "iwholename"], says: "write --path.", refused: true },
    { names: ["iregex"], says: "write --regex and -i.", refused: true },
    { names: ["maxdepth"], says: "write --max-depth.", refused: true },
    { names: ["size"], says: "write --min-size and --max-size.", refused: true },
    {
      names: ["mtime", "mmin", "newer"],
      says: "write --min-age and --max-age.",
      refused: true,
    },
    {
      names: ["exec", "execdir", "ok", "delete"],
      says: "pass on what is found: --canonical -0 | xargs -0 ...",
      refused: true,
    },
  ],
  du: [
    FOLLOW,
    ONE_FILE_SYSTEM,
    { names: ["b"], says: "write --apparent --bytes.", refused: true },
    { names: ["apparent-size"], says: "write --apparent.", refused: true },
    { names: ["k", "m", "B", "block-size"], says: "write --bytes or --human.", refused: true },
    { names: ["l", "count-links"], says: "every file counts once.", refused: true },
    {
      names: ["human-readable", "si"],
      says: "write --human; it is so at a terminal.",
      refused: true,
    },
  ],
  df: [
    { names: ["T", "print-type", "a", "all"], says: "not needed." },
    { names: ["k", "m", "B", "block-size"], says: "write --bytes or --human.", refused: true },
    {
      names: ["human-readable", "si"],
      says: "write --human; it is so at a terminal.",
      refused: true,
    },
  ],
  rm: [
    { names: ["R"], says: "write -r.", refused: true },
    { names: ["d", "dir"], says: "write -r.", refused: true },
    {
      names: ["f", "force"],
      says: "to be asked nothing, use --yes; what is missing is an error.",
      refused: true,
    },
    { names: ["i", "I", "interactive"], says: "not needed, rm asks." },
  ],
};
