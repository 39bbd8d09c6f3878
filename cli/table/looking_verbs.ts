import {
  DF_OPTIONS,
  DU_OPTIONS,
  FIND_OPTIONS,
  JSON_LINES,
  LS_OPTIONS,
  PROFILE_OPTIONS,
  RM_OPTIONS,
  SCAN_OPTIONS,
} from "./looking_options.ts";
import type { Operands, VerbSpecification } from "./specification.ts";
import { GENERAL_EXIT_CODES, READING_EXIT_CODES } from "./verbs.ts";

const GLOBAL = ["help", "version"];
const PLACE =
  "ENDPOINT is a local path, or a place on a server that runs blit-daemon: server:/module/path, " +
  "or server://path in what it exports by default.";
const NAMES =
  "At a terminal control characters in names are escaped; elsewhere names are printed byte for " +
  "byte, with -0 so that any name can be told from the next.";
const SIZES = "Sizes are rounded at a terminal, and exact elsewhere or with --bytes.";
const ENDPOINTS: Operands = {
  usage: "ENDPOINT...",
  least: 1,
  wrong: "Give at least one endpoint.",
  type: "endpoint",
};

const HERE: Operands = { ...ENDPOINTS, usage: "[ENDPOINT]...", least: 0 };
const HERE_TOLD = "Without an ENDPOINT it is the working directory.";

/** `blit scan`. */
export const SCAN: VerbSpecification = {
  name: "scan",
  summary: "find daemons on this network",
  description: [
    "Asks by multicast DNS (_blit._tcp.local.) on every interface which daemons there are, and " +
    "prints each with its address, version and modules.",
  ],
  operands: { usage: "", least: 0, most: 0, wrong: "It takes no endpoints.", type: "text" },
  options: GLOBAL,
  own: SCAN_OPTIONS,
  examples: [
    { command: "blit scan", says: "See which daemons there are." },
    { command: "blit scan --timeout 10 --json", says: "Listen longer, and print JSON." },
  ],
  exitCodes: READING_EXIT_CODES.filter(({ code }) => code !== 2),
  habits: ["discover", "browse"],
};

/** `blit list`. */
export const LIST: VerbSpecification = {
  name: "list",
  summary: "list the modules of a daemon",
  description: [
    "Prints what the daemon at HOST exports: each module as the endpoint to name it by, whether " +
    "it is read-only, and its comment. HOST is a name or an address, with a port behind a colon " +
    "if it is not 9031.",
  ],
  operands: { usage: "HOST", least: 1, most: 1, wrong: "Give one host.", type: "host" },
  options: GLOBAL,
  own: [JSON_LINES],
  examples: [
    { command: "blit list server", says: "See what a server exports." },
    { command: "blit list '[2001:db8::7]:9032'", says: "Ask an address, at another port." },
  ],
  exitCodes: READING_EXIT_CODES.filter(({ code }) => code !== 2),
  habits: ["modules"],
};

/** `blit ls`. */
export const LS: VerbSpecification = {
  name: "ls",
  summary: "list what directories hold",
  description: [
    "Prints what every ENDPOINT holds, or the ENDPOINT itself if it is no directory. Names that " +
    "begin with a dot are listed like all others, and links are not followed.",
    `${PLACE} ${HERE_TOLD} A server alone, as server:, lists its modules.`,
    `${NAMES} ${SIZES}`,
    "Each directory is sorted before it is printed, unless it has more than 65,536 entries or " +
    "--sort none is given: then entries are printed as they come.",
  ],
  operands: HERE,
  options: GLOBAL,
  own: LS_OPTIONS,
  examples: [
    { command: "blit ls -l photos", says: "List a directory with sizes and times." },
    { command: "blit ls server:/photos/2024", says: "List a directory on a server." },
    { command: "blit ls -lR --sort time .", says: "List everything below, newest first." },
  ],
  exitCodes: READING_EXIT_CODES,
  habits: ["dir", "ll"],
};

/** `blit-utils find`. */
export const FIND: VerbSpecification = {
  name: "find",
  summary: "find entries by name, type, size and age",
  description: [
    "Prints everything below ENDPOINT for which all that is asked for holds, as paths relative to " +
    "it, in no particular order. Links are not followed.",
    `${PLACE} ${HERE_TOLD}`,
    NAMES,
  ],
  operands: {
    usage: "[ENDPOINT]",
    least: 0,
    most: 1,
    wrong: "Give one endpoint, or none.",
    type: "endpoint",
  },
  options: GLOBAL,
  own: FIND_OPTIONS,
  examples: [
    { command: "blit find server:/photos/ --name '*.jpg'", says: "Find pictures on a server." },
    {
      command: "blit find . --type f --min-size 100M --max-age 7d -l",
      says: "Find large files that changed this week.",
    },
    {
      command: "blit find nas:/tmp/ -t f --canonical -0 | xargs -0 blit-utils rm",
      says: "Pass what is found on to another command.",
    },
    { command: "blit find src --regex '[.](c|h)$'", says: "Use a regular expression." },
  ],
  exitCodes: READING_EXIT_CODES,
  habits: ["search", "locate"],
};

/** `blit-utils du`. */
export const DU: VerbSpecification = {
  name: "du",
  summary: "tell how much directories hold",
  description: [
    "Prints for every directory below ENDPOINT, and last for ENDPOINT itself, what it takes on its " +
    "disk with everything below it. A file with several names counts once.",
    `${PLACE} ${HERE_TOLD}`,
    `${SIZES} ${NAMES}`,
  ],
  operands: HERE,
  options: GLOBAL,
  own: DU_OPTIONS,
  examples: [
    { command: "blit du -s photos server:/photos/", says: "Compare two directories." },
    { command: "blit du -d 1 server://", says: "See which of its directories is large." },
    { command: "blit du --apparent --bytes -s .", says: "Sum up the sizes of files, in bytes." },
  ],
  exitCodes: READING_EXIT_CODES,
  habits: ["usage", "size", "ncdu"],
};

/** `blit-utils df`. */
export const DF: VerbSpecification = {
  name: "df",
  summary: "tell how full file systems are",
  description: [
    "Prints for every ENDPOINT the size of the file system that it is on, and what is used and " +
    "available of it.",
    PLACE,
    SIZES,
  ],
  operands: ENDPOINTS,
  options: GLOBAL,
  own: DF_OPTIONS,
  examples: [
    { command: "blit df . server:/backup/", says: "See whether there is room." },
  ],
  exitCodes: READING_EXIT_CODES,
  habits: ["free", "space"],
};

/** `blit-utils rm`. */
export const RM: VerbSpecification = {
  name: "rm",
  summary: "remove files and directories",
  description: [
    "Removes every ENDPOINT, directories only with -r. It shows first what would go and asks; " +
    "where there is no terminal to ask at it needs --yes. Links are removed, never followed.",
    "The root of a module or of a file system, and . and .., are refused.",
    PLACE,
  ],
  operands: ENDPOINTS,
  options: [...GLOBAL, "dry-run", "yes", "quiet"],
  own: RM_OPTIONS,
  examples: [
    { command: "blit rm server:/photos/old.jpg", says: "Remove a file on a server." },
    { command: "blit rm -r -n server:/photos/2019", says: "See what would be removed." },
    { command: "blit rm -r -y tmp/cache", says: "Remove a directory, and do not ask." },
  ],
  exitCodes: READING_EXIT_CODES,
  habits: ["remove", "del", "delete", "purge", "unlink"],
};

/** `blit completions`. */
export const COMPLETIONS: VerbSpecification = {
  name: "completions",
  summary: "print what makes a shell complete blit's words",
  description: [
    "Prints a script for bash, zsh, fish or powershell. With it the shell completes verbs, options, " +
    "local paths, servers, their modules and the paths in them.",
  ],
  operands: {
    usage: "SHELL",
    least: 1,
    most: 1,
    wrong: "Give one shell: bash, zsh, fish or powershell.",
    type: "shell",
  },
  options: GLOBAL,
  examples: [
    {
      command: "source <(blit completions bash)",
      says: "Let this bash complete blit; in ~/.bashrc every one does.",
    },
  ],
  exitCodes: GENERAL_EXIT_CODES,
  habits: ["completion"],
};

/** `blit-utils profile`. */
export const PROFILE: VerbSpecification = {
  name: "profile",
  summary: "tell how fast runs on this machine were",
  description: [
    "Prints how fast earlier runs were, from what this machine keeps of them: a line for each in a " +
    "file of this user's, without names or paths. It never leaves the machine, and " +
    "BLIT_DISABLE_LOCAL_TELEMETRY=1 in the environment keeps none.",
    "With --probe it measures instead, for some seconds: the disk below ENDPOINT, or below the " +
    "working directory, or how fast a server answers, takes and gives content. What it writes for " +
    "that it removes again.",
  ],
  operands: {
    usage: "[ENDPOINT]",
    least: 0,
    most: 1,
    wrong: "Give one endpoint, or none.",
    type: "endpoint",
  },
  options: GLOBAL,
  own: PROFILE_OPTIONS,
  examples: [
    { command: "blit profile", says: "See how fast runs were." },
    { command: "blit profile --probe server:/backup/", says: "Measure a server." },
  ],
  exitCodes: READING_EXIT_CODES,
  habits: ["benchmark", "speed", "history"],
};
