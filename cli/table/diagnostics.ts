import { JSON_LINES } from "./looking_options.ts";
import type { VerbSpecification } from "./specification.ts";
import { READING_EXIT_CODES } from "./verbs.ts";

/** `blit diagnostics`. */
export const DIAGNOSTICS: VerbSpecification = {
  name: "diagnostics",
  summary: "show how runs went, or gather what a bug report needs",
  description: [
    "perf shows the latest runs of this user, and for every kind of them whether the last five " +
    "were faster than those before. With --html it writes a page with charts instead.",
    "dump prints versions, abilities, limits and codes of failures for a bug report, without names " +
    "of files, hosts and users.",
    "Both read what this machine keeps of runs, a file that never leaves it; docs/history.md says " +
    "what is in it.",
  ],
  operands: {
    usage: "perf|dump",
    least: 1,
    most: 1,
    wrong: "Say perf or dump.",
    type: "choice",
    choices: ["perf", "dump"],
  },
  options: ["help", "version"],
  own: [
    {
      name: "daemon",
      type: "flag",
      help: "Show with perf what the daemon of this machine has kept of its sessions.",
      group: "Output",
    },
    {
      name: "limit",
      type: "count",
      value: "N",
      help: "Show so many runs with perf. Unless told: 20, and 100 in a page.",
      group: "Output",
    },
    {
      name: "html",
      type: "file",
      value: "FILE",
      help: "Write the page of perf to FILE, replacing what is there; - is standard output.",
      group: "Output",
    },
    JSON_LINES,
  ],
  examples: [
    { command: "blit diagnostics perf", says: "See how the latest runs went." },
    { command: "blit diagnostics perf --html runs.html", says: "See the same as charts." },
    {
      command: "sudo blit diagnostics perf --daemon",
      says: "See how the sessions of this machine's daemon went.",
    },
    { command: "blit diagnostics dump > dump.txt", says: "Gather what a bug report needs." },
  ],
  exitCodes: READING_EXIT_CODES.filter(({ code }) => code !== 2 && code !== 130),
  habits: ["diag", "stats", "perf", "dump"],
};
