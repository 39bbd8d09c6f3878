import { OPTIONS } from "./options.ts";
import type {
  ExitCode,
  Operands,
  OptionSpecification,
  VerbSpecification,
} from "./specification.ts";

/** Exit codes of verbs that read. */
export const READING_EXIT_CODES: readonly ExitCode[] = [
  { code: 0, means: "Done." },
  { code: 1, means: "Stopped before the end, or what it printed could not be written." },
  { code: 2, means: "Finished, but some entries failed; each is listed." },
  { code: 64, means: "The command line was wrong; nothing was done." },
  { code: 130, means: "Interrupted." },
];

/** Exit codes of verbs that transfer. */
export const TRANSFER_EXIT_CODES: readonly ExitCode[] = READING_EXIT_CODES.map((exit) =>
  exit.code === 2
    ? {
      code: 2,
      means: "Finished, but some entries failed or were left undeleted; each is listed.",
    }
    : exit
);

const SLASH =
  "As in rsync, a SOURCE that ends with a slash stands for what the directory holds; without the " +
  "slash it stands for the directory itself.";
const KEPT =
  "Modes, times to the nanosecond, symbolic links, hard links, holes in sparse files and empty " +
  "directories are kept, and as root owners and special files.";
const PLACES =
  "Either end may be on a server that runs blit-daemon: server:/module/path, or server://path in " +
  "what it exports by default; a port stands behind the colon. A local path with a colon before " +
  "its first slash takes ./ before it.";
const TRANSFER = [
  ...OPTIONS.filter(({ group }) => group !== "Deleting" && group !== "Serving"),
  ...OPTIONS.filter(({ name }) => name === "backup-dir"),
].map(({ name }) => name);
const SOURCES_AND_DESTINATION: Operands = {
  usage: "SOURCE... DESTINATION",
  least: 2,
  wrong: "Give at least one source, then the destination.",
  type: "endpoint",
};

/** `blit copy`. */
export const COPY: VerbSpecification = {
  name: "copy",
  summary: "copy files and directories",
  description: [
    "Copies each SOURCE to DESTINATION. Files that are there already and the same are left alone, " +
    "others are replaced whole, and nothing is deleted.",
    SLASH,
    PLACES,
    KEPT,
  ],
  operands: SOURCES_AND_DESTINATION,
  options: TRANSFER,
  examples: [
    { command: "blit copy photos /mnt/backup/", says: "Copy photos to /mnt/backup/photos." },
    { command: "blit copy photos/ /mnt/photos", says: "Copy what photos holds." },
    { command: "blit copy -n -v site/ www", says: "List what would be copied, and copy nothing." },
    {
      command: "blit copy --exclude '*.o' --exclude /tmp/ project/ /srv/project",
      says: "Leave out object files and the top folder tmp.",
    },
    { command: "blit copy a.txt b.txt docs", says: "Copy two files into a directory." },
    {
      command: "blit copy photos/ server:/backup/photos",
      says: "Copy to a server: into photos in its module backup.",
    },
    { command: "blit copy server:9032//notes.txt .", says: "Copy from its default export." },
  ],
  exitCodes: TRANSFER_EXIT_CODES,
  habits: ["cp", "rsync", "push", "pull"],
};

/** `blit mirror`. */
export const MIRROR: VerbSpecification = {
  name: "mirror",
  summary: "make a directory equal to another, deleting what it has too much",
  description: [
    "Makes DESTINATION equal to SOURCE: copies what is missing or different, then deletes what " +
    "SOURCE does not have.",
    "Deletion comes last, only if all else succeeded, and only after a yes: at a terminal blit " +
    "asks, elsewhere it needs --yes, or it leaves the entries and exits with code 2. An empty " +
    "source, or one that would take most of the destination away, needs --force-delete besides.",
    SLASH,
    PLACES,
    KEPT,
  ],
  operands: {
    usage: "SOURCE DESTINATION",
    least: 2,
    most: 2,
    wrong: "Give one source and one destination.",
    type: "endpoint",
  },
  own: [
    {
      name: "sweep",
      type: "flag",
      help: "Compare both trees even where a resident blit watch knows that nothing has changed.",
      group: "Comparing",
    },
  ],
  options: [...TRANSFER, "force-delete"],
  examples: [
    { command: "blit mirror photos/ /mnt/photos", says: "Make /mnt/photos equal to photos." },
    {
      command: "blit mirror -n photos/ /mnt/photos",
      says: "List what would be copied and deleted, and do nothing.",
    },
    {
      command: "blit mirror -a -y --exclude .cache/ /home/ /mnt/home",
      says: "Keep all metadata, leave out caches, and do not ask.",
    },
    {
      command: "blit mirror --backup-dir .old site/ /srv/site",
      says: "Keep what is deleted or overwritten in /srv/site/.old.",
    },
    {
      command: "blit mirror -a server:/home/ '[2001:db8::7]:/home/'",
      says: "Make a module of one server equal to that of another.",
    },
  ],
  exitCodes: TRANSFER_EXIT_CODES,
  habits: ["sync", "clone"],
};

/** `blit move`. */
export const MOVE: VerbSpecification = {
  name: "move",
  summary: "move files and directories",
  description: [
    "Moves each SOURCE to DESTINATION: a rename where both are on one file system and nothing " +
    "stands in the way, else a copy after which what arrived is removed from the source.",
    "What could not be transferred stays where it was.",
    SLASH,
    PLACES,
    KEPT,
  ],
  operands: SOURCES_AND_DESTINATION,
  options: TRANSFER.filter((name) => name !== "resume"),
  examples: [
    { command: "blit move inbox/ /mnt/archive", says: "Move what inbox holds." },
    { command: "blit move report.pdf /mnt/archive/", says: "Move one file into a directory." },
    { command: "blit move -n old /mnt/archive/", says: "List what would be moved." },
    {
      command: "blit move server:/inbox/ /mnt/archive",
      says: "Fetch what a module of a server holds, and remove it there.",
    },
  ],
  exitCodes: TRANSFER_EXIT_CODES,
  habits: ["mv", "rename"],
};

/** `blit watch`. */
export const WATCH: VerbSpecification = {
  name: "watch",
  summary: "keep two directories in sight, and mirror whenever something changes",
  description: [
    "Stays, and knows of every change in SOURCE and DESTINATION from then on. While it runs, blit " +
    "mirror of the same two ends at once when nothing has changed since they were equal.",
    "With --mirror it makes DESTINATION equal to SOURCE by itself, now and whenever something " +
    "changes in either. Only with --yes does it delete what SOURCE does not have.",
    "Both have to be directories on file systems of this machine. Changes through memory " +
    "mappings are seen when the file is closed: docs/watch.md says what is promised.",
    SLASH,
  ],
  operands: {
    usage: "SOURCE DESTINATION",
    least: 2,
    most: 2,
    wrong: "Give one source and one destination.",
    type: "path",
  },
  own: [
    {
      name: "mirror",
      type: "flag",
      help: "Make DESTINATION equal to SOURCE whenever something changes.",
      group: "General",
    },
  ],
  options: [
    "yes",
    "durable",
    "verbose",
    "quiet",
    "json",
    "archive",
    "xattrs",
    "acls",
    "force-delete",
    "backup-dir",
    "help",
    "version",
  ],
  examples: [
    { command: "blit watch photos/ /mnt/photos", says: "Let mirrors of these two be instant." },
    {
      command: "blit watch --mirror --yes site/ /srv/site",
      says: "Keep /srv/site equal to site until Ctrl-C.",
    },
  ],
  exitCodes: [
    { code: 0, means: "Ended by Ctrl-C or SIGTERM, as it is meant to." },
    {
      code: 1,
      means: "The two cannot be watched, or no longer; or what it printed was not written.",
    },
    { code: 64, means: "The command line was wrong; nothing was done." },
  ],
  habits: ["monitor", "follow"],
};

const CHECKED = new Set([
  "checksum",
  "size-only",
  "archive",
  "xattrs",
  "acls",
  "progress",
  "quiet",
  "json",
  "help",
  "version",
  "workers",
]);

const MANIFEST_OPTIONS: readonly OptionSpecification[] = [
  {
    name: "manifest",
    type: "file",
    value: "FILE",
    help: "Compare the one tree with the manifest in FILE.",
    group: "Comparing",
  },
  {
    name: "write-manifest",
    type: "file",
    value: "FILE",
    help: "Write the manifest of the one tree to FILE.",
    group: "Comparing",
  },
];

/** `blit check`. */
export const CHECK: VerbSpecification = {
  name: "check",
  summary: "tell in what two trees differ",
  description: [
    "Compares SOURCE with DESTINATION and prints every entry that is not the same, changing " +
    "neither: what mirror with the same operands would have to do.",
    "missing: only SOURCE has it. extra: only DESTINATION has it. different: another content, link " +
    "target or kind; a file of another size or time counts as such, unless --checksum compares " +
    "contents. metadata: the same but for mode, owner, attributes or, with --checksum, time.",
    "With --write-manifest, or --manifest, SOURCE is a tree that is written down, or held against " +
    "what was written; the slash means nothing then. A list of hashes that b3sum or blit hash has " +
    "written serves as a manifest of contents.",
    SLASH,
    PLACES,
  ],
  operands: {
    usage: "SOURCE [DESTINATION]",
    least: 1,
    most: 2,
    wrong: "Give one source and one destination, or with a manifest one tree.",
    type: "endpoint",
  },
  own: MANIFEST_OPTIONS,
  options: OPTIONS.filter(({ group, name }) =>
    group === "Choosing" || group === "Network" || CHECKED.has(name)
  ).map(({ name }) => name),
  examples: [
    { command: "blit check photos/ /mnt/photos", says: "See whether a mirror is up to date." },
    {
      command: "blit check -c -a photos/ server:/backup/photos",
      says: "Compare contents and all metadata with a server's.",
    },
    { command: "blit check --json a/ b > differences.json", says: "Print JSON." },
    {
      command: "blit check --write-manifest photos.json photos",
      says: "Write down what photos holds: hashes, sizes, metadata.",
    },
    { command: "blit check -c --manifest photos.json photos", says: "Hold it against that later." },
  ],
  exitCodes: [
    { code: 0, means: "The two are the same." },
    ...READING_EXIT_CODES.filter(({ code }) => code === 1 || code === 2),
    { code: 3, means: "There are differences; each is listed." },
    ...READING_EXIT_CODES.filter(({ code }) => code > 2),
  ],
  habits: ["diff", "compare", "verify", "cmp"],
};

/** `blit hash`. */
export const HASH: VerbSpecification = {
  name: "hash",
  summary: "print BLAKE3 hashes that b3sum can check",
  description: [
    "Prints the BLAKE3 hash of every PATH, and of every file below a directory in the order of " +
    "names, in the form that b3sum --check reads. A - is standard input.",
    "Symbolic links are followed where they are named, and left out below a directory.",
    "Each PATH is of this machine; one with a colon before its first slash takes ./ before it.",
  ],
  operands: {
    usage: "PATH...",
    least: 1,
    wrong: "Give at least one path, or - for standard input.",
    type: "path",
  },
  options: ["help", "version"],
  examples: [
    { command: "blit hash disk.img", says: "Hash one file." },
    { command: "blit hash photos > photos.b3", says: "Hash every file below a directory." },
    { command: "b3sum --check photos.b3", says: "Check them later." },
  ],
  exitCodes: READING_EXIT_CODES,
  habits: ["b3sum", "checksum", "sum", "digest"],
};

/** Exit codes of verbs that only tell. */
export const GENERAL_EXIT_CODES: readonly ExitCode[] = [
  { code: 0, means: "Done." },
  { code: 1, means: "What it printed could not be written." },
  { code: 64, means: "The command line was wrong." },
];

/** `blit help`. */
export const HELP: VerbSpecification = {
  name: "help",
  summary: "explain a verb",
  description: ["Shows what a VERB does, its options and examples. The same as VERB --help."],
  operands: { usage: "[VERB]", least: 0, most: 1, wrong: "Give one verb, or none.", type: "verb" },
  options: ["help"],
  examples: [{ command: "blit help mirror", says: "Explain mirror." }],
  exitCodes: GENERAL_EXIT_CODES,
};

/** `blit version`. */
export const VERSION: VerbSpecification = {
  name: "version",
  summary: "show the version",
  description: ["Shows the version of blit. The same as --version."],
  operands: { usage: "", least: 0, most: 0, wrong: "It takes no paths.", type: "text" },
  options: ["help"],
  examples: [{ command: "blit version", says: "Show the version." }],
  exitCodes: GENERAL_EXIT_CODES,
};
