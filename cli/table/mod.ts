/**
 * The one table of programs, verbs and options. Parsing, `--help`, docs/cli, manual pages and
 * completions all come from it, so what is written here is what every one of them says.
 * It imports nothing but itself; begin with `specification.ts`.
 *
 * @module
 */
import type { ProgramSpecification } from "./specification.ts";
import {
  COPY,
  GENERAL_EXIT_CODES,
  HASH,
  HASH_EXIT_CODES,
  HELP,
  MIRROR,
  MOVE,
  TRANSFER_EXIT_CODES,
  VERSION,
} from "./verbs.ts";

export { CONFLICTS, OPTIONS } from "./options.ts";

/** The main program. */
export const BLIT: ProgramSpecification = {
  name: "blit",
  summary: "move directory trees fast without losing anything",
  description: [],
  verbs: [COPY, MIRROR, MOVE, HASH, HELP, VERSION],
  examples: [
    { command: "blit copy photos /mnt/backup/", says: "Copy a directory into another." },
    { command: "blit mirror photos/ /mnt/photos", says: "Make one directory equal to another." },
    { command: "blit mirror -n photos/ /mnt/photos", says: "See first what that would do." },
  ],
  exitCodes: TRANSFER_EXIT_CODES,
};

/** The program for looking at trees. */
export const BLIT_UTILS: ProgramSpecification = {
  name: "blit-utils",
  summary: "look at directory trees",
  description: [],
  verbs: [HASH, HELP, VERSION].map((verb) => ({
    ...verb,
    examples: verb.examples.map((example) => ({
      ...example,
      command: example.command.replace(/^blit /, "blit-utils "),
    })),
  })),
  examples: [{ command: "blit-utils hash disk.img", says: "Hash one file." }],
  exitCodes: HASH_EXIT_CODES,
};

/** The program that will serve trees to other machines. */
export const BLIT_DAEMON: ProgramSpecification = {
  name: "blit-daemon",
  summary: "serve directory trees to other machines",
  description: ["Serving is not part of this version: the program only shows help and version."],
  verbs: [],
  examples: [{ command: "blit-daemon --version", says: "Show the version." }],
  exitCodes: GENERAL_EXIT_CODES,
};
