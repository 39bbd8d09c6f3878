import * as v from "valibot";

/** `[daemon]` as it stands in the file. */
export interface DaemonTable {
  readonly bind?: string | readonly string[];
  readonly port?: number;
  readonly data_port?: number;
  readonly motd?: string;
  readonly no_mdns?: boolean;
  readonly mdns_name?: string;
  readonly root?: string;
}

/** One `[[module]]` as it stands in the file. */
export interface ModuleTable {
  readonly name: string;
  readonly path: string;
  readonly comment?: string;
  readonly read_only?: boolean;
  readonly use_chroot?: boolean;
}

/** The whole file. */
export interface ConfigTables {
  readonly daemon?: DaemonTable;
  readonly module?: readonly ModuleTable[];
}

/** What is wrong with a value, or with the keys of a table. */
export interface Issue {
  /** The way to it; for a key that is missing or too much, the key is the last step. */
  readonly path: readonly (string | number)[];
  readonly kind: "unknown" | "missing" | "value";
  /** What goes on the sentence that begins with the key, for `"value"`. */
  readonly words: string;
}

// Each message goes on a sentence that begins with the key: `"port" takes ...`.
const TEXT = v.string("takes text in quotes");
const BOOLEAN = v.boolean("takes true or false");
const PORT_WORDS = "takes a whole number from 0 to 65535";
// The parser gives whole numbers as bigint, and only them: "1.0" is none.
const PORT = v.pipe(
  v.bigint(PORT_WORDS),
  v.minValue(0n, PORT_WORDS),
  v.maxValue(65535n, PORT_WORDS),
  v.transform(Number),
);
const ADDRESSES = "takes an address in quotes, or a list of at least one";

const DAEMON = v.strictObject({
  bind: v.exactOptional(
    v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1, ADDRESSES))], ADDRESSES),
  ),
  port: v.exactOptional(PORT),
  data_port: v.exactOptional(PORT),
  motd: v.exactOptional(TEXT),
  no_mdns: v.exactOptional(BOOLEAN),
  mdns_name: v.exactOptional(TEXT),
  root: v.exactOptional(TEXT),
}, "is a table: write [daemon]");

const MODULE = v.strictObject({
  name: TEXT,
  path: TEXT,
  comment: v.exactOptional(TEXT),
  read_only: v.exactOptional(BOOLEAN),
  use_chroot: v.exactOptional(BOOLEAN),
}, "is a table: write [[module]]");

const FILE = v.strictObject({
  daemon: v.exactOptional(DAEMON),
  module: v.exactOptional(v.array(MODULE, "is a list: write [[module]], with two brackets")),
});

/** The keys that each table may have, by the table's name; `""` is the file itself. */
export const CONFIG_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(FILE.entries),
  daemon: Object.keys(DAEMON.entries),
  module: Object.keys(MODULE.entries),
};

/** The tables if they are as they should be, else everything that is wrong with them. */
export function checkTables(tables: unknown): ConfigTables | readonly Issue[] {
  const result = v.safeParse(FILE, tables);
  return result.success ? result.output : result.issues.map(issueOf);
}

function issueOf(issue: v.BaseIssue<unknown>): Issue {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  // A strict object expects "Object" where something else stands, "never" for a key too much, and
  // the name of a key that is missing.
  const isKey = issue.type === "strict_object" && issue.expected !== "Object";
  const kind = !isKey ? "value" : issue.expected === "never" ? "unknown" : "missing";
  return { path, kind, words: issue.message };
}
