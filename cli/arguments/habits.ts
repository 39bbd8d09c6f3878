import type { VerbSpecification } from "../table/specification.ts";
import { LOOKING_HABITS } from "./looking_habits.ts";

/** An option of rsync or cp that blit does not have, and what to say to who types it. */
export interface Habit {
  /** Long names and letters. */
  readonly names: readonly string[];
  readonly says: string;
  /** Refused because the outcome would not be what was asked for; else noted, and the run goes on. */
  readonly refused?: boolean;
}

/**
 * Options that hands type by habit (rsync(1), cp(1)). What is so by default is noted; what would
 * have changed the outcome is refused.
 */
const HABITS: readonly Habit[] = [
  {
    names: ["r", "recursive", "d", "dirs"],
    says: "not needed, directories are transferred with all they hold.",
  },
  { names: ["l", "links"], says: "not needed, symbolic links are kept." },
  { names: ["t", "times"], says: "not needed, modification times are kept to the nanosecond." },
  { names: ["perms"], says: "not needed, modes are kept. (In blit, -p shows progress.)" },
  { names: ["o", "owner", "g", "group"], says: "not needed, as root owners are kept." },
  { names: ["numeric-ids"], says: "not needed, owners are kept as numbers." },
  {
    names: ["D", "devices", "specials"],
    says: "not needed, as root devices and other special files are kept.",
  },
  { names: ["H", "hard-links"], says: "not needed, hard links are kept." },
  { names: ["S", "sparse"], says: "not needed, holes in sparse files are kept." },
  { names: ["W", "whole-file"], says: "not needed, files are transferred whole." },
  { names: ["z", "compress"], says: "not done, content is sent as it is." },
  {
    names: ["s", "secluded-args", "protect-args"],
    says: "not needed, names are never split or expanded.",
  },
  { names: ["human-readable", "stats"], says: "not needed, every run ends with a summary." },
  { names: ["partial"], says: "not needed, no file is ever left half-written." },
  {
    names: ["P"],
    says: "not an option; -p shows progress, and no file is ever left half-written.",
    refused: true,
  },
  {
    names: ["delete", "del", "delete-before", "delete-during", "delete-delay", "delete-after"],
    says: 'deletion is what "blit mirror" does; copy and move delete nothing else.',
    refused: true,
  },
  { names: ["delete-excluded"], says: "what is excluded is never deleted.", refused: true },
  { names: ["remove-source-files"], says: 'removing the source is "blit move".', refused: true },
  {
    names: ["i", "itemize-changes", "list-only"],
    says: "to see what is or would be done, use -v or -n.",
    refused: true,
  },
  { names: ["I"], says: "write --ignore-times in full.", refused: true },
  { names: ["0", "from0"], says: "for a list separated by NUL bytes, use --null.", refused: true },
  {
    names: ["f", "filter", "F", "C", "cvs-exclude", "include-from"],
    says: "filters are --exclude, --include and --exclude-from.",
    refused: true,
  },
  {
    names: ["b", "backup", "suffix"],
    says: "to keep what is overwritten or deleted, use --backup-dir DIR.",
    refused: true,
  },
  {
    names: ["L", "copy-links", "k", "copy-dirlinks", "K", "keep-dirlinks", "dereference"],
    says: "symbolic links are kept as links, never followed.",
    refused: true,
  },
  {
    names: ["x", "one-file-system"],
    says: "staying on one file system is not offered; use --exclude for mounted directories.",
    refused: true,
  },
  {
    names: ["R", "relative"],
    says:
      "directories are transferred with all they hold; keeping whole source paths is not offered.",
    refused: true,
  },
  {
    names: ["inplace", "append", "append-verify", "partial-dir", "T", "temp-dir"],
    says: "files are replaced in one step from a temporary file beside them, never in place.",
    refused: true,
  },
  {
    names: ["bwlimit", "chmod", "chown", "e", "rsh", "link-dest", "compare-dest", "copy-dest"],
    says: "not offered by this version of blit.",
    refused: true,
  },
  {
    names: ["port"],
    says: 'the port stands in the place itself, "server:9032/module/path".',
    refused: true,
  },
  { names: ["m", "prune-empty-dirs"], says: "empty directories are kept.", refused: true },
  { names: ["force"], says: "use --force-delete, or --yes.", refused: true },
  { names: ["preserve"], says: "use -a to keep all metadata.", refused: true },
];

/** What is said to who types this option with a verb that does not have it. */
export function habitOf(verb: VerbSpecification, name: string): Habit | undefined {
  const habits = verb.options.includes("exclude") ? HABITS : LOOKING_HABITS[verb.name] ?? [];
  return habits.find((habit) => habit.names.includes(name));
}
