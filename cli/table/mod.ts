/**
 * The one table of programs, verbs and options. Parsing, `--help`, docs/cli, manual pages and
 * completions all come from it, so what is written here is what every one of them says.
 * It imports nothing but itself; begin with `specification.ts`.
 *
 * @module
 */
import { DIAGNOSTICS } from "./diagnostics.ts";
import { COMPLETIONS, DF, DU, FIND, LIST, LS, PROFILE, RM, SCAN } from "./looking_verbs.ts";
import type { ProgramSpecification } from "./specification.ts";
import {
  CHECK,
  COPY,
  HASH,
  HELP,
  MIRROR,
  MOVE,
  READING_EXIT_CODES,
  TRANSFER_EXIT_CODES,
  VERSION,
  WATCH,
} from "./verbs.ts";

export { CONFLICTS, OPTIONS } from "./options.ts";
export { optionsFor } from "./options_for.ts";

/** The main program. */
export const BLIT: ProgramSpecification = {
  name: "blit",
  summary: "move directory trees fast without losing anything",
  description: [],
  verbs: [
    COPY,
    MIRROR,
    MOVE,
    CHECK,
    WATCH,
    SCAN,
    LIST,
    LS,
    HASH,
    DIAGNOSTICS,
    COMPLETIONS,
    HELP,
    VERSION,
  ],
  examples: [
    { command: "blit copy photos /mnt/backup/", says: "Copy a directory into another." },
    { command: "blit mirror photos/ /mnt/photos", says: "Make one directory equal to another." },
    { command: "blit mirror -n photos/ /mnt/photos", says: "See first what that would do." },
    { command: "blit scan", says: "See which servers there are; list and ls look into them." },
  ],
  exitCodes: TRANSFER_EXIT_CODES,
};

const LOOKING = [
  SCAN,
  LIST,
  LS,
  FIND,
  DU,
  DF,
  RM,
  CHECK,
  HASH,
  PROFILE,
  COMPLETIONS,
  HELP,
  VERSION,
];

/** The program for looking into trees and keeping them in order. */
export const BLIT_UTILS: ProgramSpecification = {
  name: "blit-utils",
  summary: "look into directory trees and keep them in order",
  description: [],
  verbs: LOOKING.map((verb) => ({
    ...verb,
    examples: verb.examples.map((example) => ({
      ...example,
      command: example.command.replace(/(^|\()blit /, "$1blit-utils "),
    })),
  })),
  examples: [
    { command: "blit-utils scan", says: "See which servers there are." },
    { command: "blit-utils list server", says: "See what a server exports." },
    { command: "blit-utils ls -l server:/photos/", says: "List a directory on it." },
    { command: "blit-utils du -s photos", says: "See how much a directory holds." },
  ],
  exitCodes: READING_EXIT_CODES,
};

/** The program that serves trees to other machines. */
export const BLIT_DAEMON: ProgramSpecification = {
  name: "blit-daemon",
  summary: "serve directory trees to other machines",
  description: [
    "Serves the modules of its configuration file as server:/NAME/, and the directory of --root " +
    "as server://. Without either it serves the working directory, with a warning. Options win " +
    "over the file.",
    "Only this machine can reach it unless --bind says otherwise. Peers are not authenticated and " +
    "nothing is encrypted: whoever reaches the port can read what is exported, and change what " +
    "is not read-only.",
    "SIGHUP reads the file again. SIGTERM and SIGINT let sessions end for 10 seconds, then stop; " +
    "a second one stops at once.",
  ],
  verbs: [],
  options: ["config", "bind", "port", "root", "no-mdns", "mdns-name", "check"],
  examples: [
    { command: "blit-daemon --root /srv/photos", says: "Serve one tree to this machine." },
    {
      command: "blit-daemon --bind 192.168.1.5 --root /srv/photos",
      says: "Serve it to the network of that address.",
    },
    { command: "blit-daemon --check", says: "See what the configuration exports, and to whom." },
  ],
  exitCodes: [
    { code: 0, means: "Stopped by a signal, or nothing wrong was found by --check." },
    {
      code: 1,
      means: "Stopped by a failure, such as an address in use or output that cannot be written.",
    },
    { code: 64, means: "The command line or the configuration was wrong; nothing was served." },
  ],
};

/** All programs. */
export const PROGRAMS: readonly ProgramSpecification[] = [BLIT, BLIT_UTILS, BLIT_DAEMON];
