import type { Conflict, OptionGroup, OptionSpecification, ValueType } from "./specification.ts";

/** An option before its group is known, which the list it stands in gives. */
type Row = Omit<OptionSpecification, "group">;

function flag(name: string, short: string, help: string): Row {
  return short ? { name, short, type: "flag", help } : { name, type: "flag", help };
}

function valued(name: string, type: ValueType, value: string, help: string): Row {
  return { name, type, value, help };
}

const ROWS: Readonly<Record<OptionGroup, readonly Row[]>> = {
  General: [
    flag("dry-run", "n", "List exactly what would be done, and do nothing."),
    flag("yes", "y", "Answer yes to the question before a deletion."),
    flag("durable", "", "Report success only when files and directories are safely on disk."),
    flag(
      "resume",
      "",
      "Keep what is there of a large file when cut off, and go on with it the next time.",
    ),
    flag("help", "h", "Show this help."),
    flag("version", "V", "Show the version."),
    {
      ...valued("workers", "count", "N", "Run exactly N movers; for tests and benchmarks."),
      hidden: true,
    },
  ],
  Output: [
    flag("verbose", "v", "Print a line for every entry that is created, changed or removed."),
    flag(
      "progress",
      "p",
      "Show progress from the start, and as plain lines where there is no terminal.",
    ),
    flag("quiet", "q", "Print nothing but errors."),
    flag("json", "", "Print events and a final summary as JSON, one object a line."),
  ],
  Comparing: [
    flag("checksum", "c", "Compare content instead of size and modification time."),
    flag("size-only", "", "Take files of the same size to be the same."),
    flag("ignore-times", "", "Take no file to be the same: transfer everything again."),
    flag("ignore-existing", "", "Leave files that the destination already has."),
    flag("update", "u", "Leave files that are newer at the destination."),
  ],
  Choosing: [
    valued(
      "exclude",
      "pattern",
      "PATTERN",
      "Leave out what matches; of all rules the first that matches decides.",
    ),
    valued(
      "include",
      "pattern",
      "PATTERN",
      "Take what matches, though a later rule leaves it out.",
    ),
    valued(
      "exclude-from",
      "file",
      "FILE",
      "Read rules from FILE, one a line; - is standard input.",
    ),
    valued(
      "files-from",
      "file",
      "FILE",
      "Take only the paths listed in FILE, one a line; - is standard input. Not with mirror.",
    ),
    flag("null", "", "The list of --files-from is separated by NUL bytes, not by newlines."),
    valued(
      "min-size",
      "size",
      "SIZE",
      "Leave out files smaller than SIZE, such as 100, 4K or 1.5G.",
    ),
    valued("max-size", "size", "SIZE", "Leave out files larger than SIZE."),
    valued(
      "min-age",
      "age",
      "AGE",
      "Leave out files changed less than AGE ago, such as 30s, 12h or 7d.",
    ),
    valued("max-age", "age", "AGE", "Leave out files changed more than AGE ago."),
  ],
  Metadata: [
    flag("xattrs", "X", "Keep extended attributes."),
    flag("acls", "A", "Keep access control lists."),
    flag("archive", "a", "Keep all metadata: what is kept by default, and -X and -A."),
  ],
  Deleting: [
    flag(
      "force-delete",
      "",
      "Delete even if the source is empty or most of the destination would go.",
    ),
    valued(
      "backup-dir",
      "directory",
      "DIR",
      "Move what is deleted or overwritten into DIR instead of losing it.",
    ),
  ],
  Network: [
    flag(
      "force-grpc-data",
      "",
      "Send content over the control connection (gRPC) instead of connections of its own.",
    ),
    { ...flag("trace-data-plane", "", "Tell what happens on data connections."), hidden: true },
  ],
  Serving: [
    valued("config", "file", "FILE", "Read settings from FILE, not /etc/blit/config.toml."),
    valued(
      "bind",
      "address",
      "ADDRESS",
      "Listen on this address; may be given more than once. Unless told: 127.0.0.1.",
    ),
    valued("port", "port", "PORT", "Listen on this port; 0 takes a free one. Unless told: 9031."),
    valued("root", "directory", "DIR", "Serve DIR as the default export, server://."),
    flag("no-mdns", "", "Do not advertise by mDNS."),
    valued("mdns-name", "text", "NAME", "The name to advertise; this machine's unless told."),
    flag("check", "", "Check the settings, print what would be exported to whom, and exit."),
  ],
};

/** Every option of every verb, in the order of help. */
export const OPTIONS: readonly OptionSpecification[] = (Object.keys(ROWS) as OptionGroup[])
  .flatMap((group) => ROWS[group].map((row) => ({ ...row, group })));

/** Options that contradict each other. */
export const CONFLICTS: readonly Conflict[] = [
  { first: "checksum", second: "size-only", because: "one compares content, the other only sizes" },
  {
    first: "checksum",
    second: "ignore-times",
    because: "one compares content, the other compares nothing and transfers everything",
  },
  {
    first: "size-only",
    second: "ignore-times",
    because: "one trusts sizes, the other trusts nothing and transfers everything",
  },
  { first: "quiet", second: "verbose", because: "one silences what the other prints" },
  { first: "quiet", second: "progress", because: "one silences what the other prints" },
  { first: "quiet", second: "json", because: "one silences what the other prints" },
  { first: "human", second: "bytes", because: "one rounds sizes, the other gives them exactly" },
  { first: "json", second: "null", because: "JSON has one object a line" },
  {
    first: "summarize",
    second: "max-depth",
    because: "one prints a total only, the other totals of what is below too",
  },
  {
    first: "summarize",
    second: "all",
    because: "one prints a total only, the other a line for everything",
  },
  {
    first: "directory",
    second: "recursive",
    because: "one lists directories themselves, the other what they hold",
  },
];
