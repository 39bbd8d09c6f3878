import { paragraphs, type Section, terms } from "./page.ts";

/** What a program's page says besides its verbs and options. */
export interface Surroundings {
  /** Paragraphs before those of the table. */
  readonly about: readonly string[];
  /** Between options and exit codes. */
  readonly sections: readonly Section[];
}

const ENDPOINTS: Section = {
  heading: "Endpoints",
  blocks: [
    ...paragraphs([
      "A source or a destination is a path on this machine or a place that a blit-daemon exports. " +
      "A daemon exports modules, each with a name, and one tree without a name, the default " +
      "export. Its port is 9031 where none stands behind the colon.",
    ]),
    ...terms([
      { term: "server:/photos/", text: "The root of the module photos." },
      { term: "server:/photos/2024", text: "`2024` in the module photos." },
      { term: "server://notes/a.txt", text: "`notes/a.txt` in the default export." },
      { term: "server:9032/photos/", text: "The module photos at port 9032." },
      { term: "[2001:db8::7]:/photos/", text: "The same by an IPv6 address, in brackets." },
      { term: "./a:b", text: "A local path with a colon before its first slash." },
    ]),
    ...paragraphs([
      "Where a verb asks for a server alone, it is a name or an address, with the port behind a " +
      "colon.",
    ]),
  ],
};

const COLOUR = {
  term: "NO_COLOR",
  text: "Set to anything, there is no colour at a terminal either.",
};

const DATA = {
  term: "BLIT_FORCE_GRPC_DATA",
  text: "Set to 1, it means --force-grpc-data.",
};

const STALL = {
  term: "BLIT_STALL_LIMIT_MS",
  text: "How long nothing may move until a run is given up, in milliseconds; 300000 unless told.",
};

const PATIENCE = {
  term: "BLIT_COMPLETE_MS",
  text: "How long completion in a shell waits for a server, in milliseconds; 125 unless told.",
};

const TELEMETRY = {
  term: "BLIT_DISABLE_LOCAL_TELEMETRY",
  text: "Set to 1, no history of how fast runs were is kept.",
};

const FILES: Section = {
  heading: "Files",
  blocks: terms([
    {
      term: "~/.config/blit/perf_local.jsonl",
      text: "How fast runs were, without names or paths; XDG_CONFIG_HOME moves it.",
    },
    {
      term: "~/.cache/blit/hosts.json",
      text: "Servers that `scan` has found, for completion in shells; XDG_CACHE_HOME moves it.",
    },
  ]),
};

const ALL: Readonly<Record<string, Surroundings>> = {
  "blit": {
    about: [
      "Makes one directory tree out of another, on one machine or between two: `copy`, `mirror` " +
      "and `move` with everything that a tree is made of. A file is replaced at one moment or not " +
      "at all, even if blit is killed, and nothing is deleted before everything else has succeeded " +
      "and somebody has agreed.",
      "Results go to standard output, what people should know to standard error. Progress and " +
      "colour are only at a terminal.",
    ],
    sections: [
      ENDPOINTS,
      { heading: "Environment", blocks: terms([COLOUR, DATA, STALL, PATIENCE, TELEMETRY]) },
      FILES,
    ],
  },
  "blit-utils": {
    about: [
      "Looks into trees, on this machine and on servers that run blit-daemon, and keeps them in " +
      "order. At a terminal output is in columns, elsewhere with tabs; with --json it is one " +
      "object a line.",
    ],
    sections: [
      ENDPOINTS,
      { heading: "Environment", blocks: terms([COLOUR, PATIENCE, TELEMETRY]) },
      FILES,
    ],
  },
  "blit-daemon": {
    about: [],
    sections: [
      {
        heading: "Environment",
        blocks: terms([{
          term: "BLIT_LOG",
          text: "Set to debug, the log tells more.",
        }]),
      },
      {
        heading: "Files",
        blocks: terms([{
          term: "/etc/blit/config.toml",
          text: "Its configuration, if there is one; see `blit-daemon.toml`(5).",
        }]),
      },
    ],
  },
};

/** What the page of this program says besides. */
export function surroundingsOf(program: string): Surroundings {
  return ALL[program] ?? { about: [], sections: [] };
}
