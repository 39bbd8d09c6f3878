import type { OptionSpecification } from "./specification.ts";

/** The word with which every verb of looking takes `--json`. */
export const JSON_LINES: OptionSpecification = {
  name: "json",
  type: "flag",
  help: "Print JSON, one object a line, with everything that is known.",
  group: "Output",
};

const SIZES: readonly OptionSpecification[] = [
  {
    name: "human",
    type: "flag",
    help: "Round sizes, as 1.2M in powers of 1024; so it is at a terminal. In -lh and -sh the h " +
      "means this, alone it asks for help.",
    group: "Output",
  },
  {
    name: "bytes",
    type: "flag",
    help: "Give sizes in bytes; so it is where the output goes to a pipe or a file.",
    group: "Output",
  },
];

const CANONICAL: OptionSpecification = {
  name: "canonical",
  type: "flag",
  help: "Print whole endpoints, ready to be passed on, instead of paths relative to ENDPOINT.",
  group: "Output",
};

const NULL: OptionSpecification = {
  name: "null",
  short: "0",
  type: "flag",
  help: "End every line with a NUL byte instead of a newline, and escape nothing.",
  group: "Output",
};

const LONG: OptionSpecification = {
  name: "long",
  short: "l",
  type: "flag",
  help: "Show mode, links, owner, group, size and modification time too.",
  group: "Output",
};

/** What only `ls` takes. */
export const LS_OPTIONS: readonly OptionSpecification[] = [
  {
    name: "recursive",
    short: "R",
    type: "flag",
    help: "List what directories hold, and so on downwards.",
    group: "General",
  },
  {
    name: "directory",
    short: "d",
    type: "flag",
    help: "List directories themselves, not what they hold.",
    group: "General",
  },
  LONG,
  {
    name: "sort",
    type: "choice",
    value: "WORD",
    choices: ["name", "size", "time", "none"],
    help:
      "Sort by name (the default, by its bytes), size (largest first) or time (newest first); " +
      "none prints at once, as entries come.",
    group: "Output",
  },
  { name: "reverse", short: "r", type: "flag", help: "Turn the order round.", group: "Output" },
  ...SIZES,
  CANONICAL,
  NULL,
  JSON_LINES,
];

/** What only `find` takes. */
export const FIND_OPTIONS: readonly OptionSpecification[] = [
  {
    name: "name",
    type: "pattern",
    value: "GLOB",
    help: "The last component matches GLOB; of several, one has to.",
    group: "Choosing",
  },
  {
    name: "path",
    type: "pattern",
    value: "GLOB",
    help: "The path relative to ENDPOINT matches GLOB, whose * matches slashes too; of several, " +
      "one has to.",
    group: "Choosing",
  },
  {
    name: "regex",
    type: "regex",
    value: "REGEX",
    help: "The path relative to ENDPOINT holds what REGEX, a regular expression of JavaScript, " +
      "matches.",
    group: "Choosing",
  },
  {
    name: "ignore-case",
    short: "i",
    type: "flag",
    help: "Take capital and small letters to be the same.",
    group: "Choosing",
  },
  {
    name: "type",
    short: "t",
    type: "choices",
    value: "LETTERS",
    choices: ["f", "d", "l", "p", "s", "b", "c"],
    help:
      "It is a file (f), directory (d), symbolic link (l), pipe (p), socket (s), block (b) or " +
      "character device (c); several with commas.",
    group: "Choosing",
  },
  {
    name: "min-size",
    type: "size",
    value: "SIZE",
    help: "It is a file of at least SIZE, such as 100, 4K or 1.5G.",
    group: "Choosing",
  },
  {
    name: "max-size",
    type: "size",
    value: "SIZE",
    help: "It is a file of at most SIZE.",
    group: "Choosing",
  },
  {
    name: "min-age",
    type: "age",
    value: "AGE",
    help: "It was changed at least AGE ago, such as 30s, 12h or 7d.",
    group: "Choosing",
  },
  {
    name: "max-age",
    type: "age",
    value: "AGE",
    help: "It was changed at most AGE ago.",
    group: "Choosing",
  },
  {
    name: "max-depth",
    short: "d",
    type: "count",
    value: "N",
    help: "Go down N levels at most; 0 is ENDPOINT itself.",
    group: "Choosing",
  },
  {
    name: "limit",
    type: "count",
    value: "N",
    help: "Stop after N entries.",
    group: "Choosing",
  },
  LONG,
  ...SIZES,
  CANONICAL,
  NULL,
  JSON_LINES,
];

/** What only `du` takes. */
export const DU_OPTIONS: readonly OptionSpecification[] = [
  {
    name: "max-depth",
    short: "d",
    type: "count",
    value: "N",
    help: "Print totals down to N levels; what is deeper is counted all the same.",
    group: "Output",
  },
  {
    name: "summarize",
    short: "s",
    type: "flag",
    help: "Print one total for each ENDPOINT.",
    group: "Output",
  },
  {
    name: "all",
    short: "a",
    type: "flag",
    help: "Print a line for everything, not only for directories.",
    group: "Output",
  },
  {
    name: "total",
    short: "c",
    type: "flag",
    help: "Print the sum of all ENDPOINTs at the end.",
    group: "Output",
  },
  {
    name: "apparent",
    type: "flag",
    help: "Count sizes of files, not what they take on their disk.",
    group: "Output",
  },
  ...SIZES,
  CANONICAL,
  NULL,
  JSON_LINES,
];

/** What only `df` takes. */
export const DF_OPTIONS: readonly OptionSpecification[] = [
  {
    name: "inodes",
    short: "i",
    type: "flag",
    help: "Show how many inodes there are instead of bytes.",
    group: "Output",
  },
  ...SIZES,
  JSON_LINES,
];

/** What only `rm` takes. */
export const RM_OPTIONS: readonly OptionSpecification[] = [
  {
    name: "recursive",
    short: "r",
    type: "flag",
    help: "Remove directories too, with everything below.",
    group: "General",
  },
  {
    name: "verbose",
    short: "v",
    type: "flag",
    help: "Print a line for every entry that is removed.",
    group: "Output",
  },
  JSON_LINES,
];

/** What only `scan` takes. */
export const SCAN_OPTIONS: readonly OptionSpecification[] = [
  {
    name: "timeout",
    short: "t",
    type: "seconds",
    value: "SECONDS",
    help: "Listen for so long. Unless told: 2.",
    group: "General",
  },
  JSON_LINES,
];

/** What only `profile` takes. */
export const PROFILE_OPTIONS: readonly OptionSpecification[] = [
  {
    name: "probe",
    type: "flag",
    help: "Measure for some seconds how fast the disk below ENDPOINT, or the link to it, is now.",
    group: "General",
  },
  JSON_LINES,
];
