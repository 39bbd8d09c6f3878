import * as v from "valibot";

// Each message goes on a sentence that begins with the key: `"port" takes ...`.
const TEXT = v.string("takes text in quotes");
const BOOLEAN = v.boolean("takes true or false");
const PORT_WORDS = "takes a whole number from 0 to 65535";
const PORT = v.pipe(
  v.number(PORT_WORDS),
  v.integer(PORT_WORDS),
  v.minValue(0, PORT_WORDS),
  v.maxValue(65535, PORT_WORDS),
);
const ADDRESSES = "takes an address in quotes, or a list of them";

const DAEMON = v.strictObject({
  bind: v.exactOptional(
    v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))], ADDRESSES),
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

/** The whole file. */
export const CONFIG_SCHEMA = v.strictObject({
  daemon: v.exactOptional(DAEMON),
  module: v.exactOptional(v.array(MODULE, "is a list: write [[module]], with two brackets")),
});

/** The keys that each table may have, by the table's name; `""` is the file itself. */
export const CONFIG_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(CONFIG_SCHEMA.entries),
  daemon: Object.keys(DAEMON.entries),
  module: Object.keys(MODULE.entries),
};

/** `[daemon]` as it stands in the file. */
export type DaemonTable = v.InferOutput<typeof DAEMON>;
/** One `[[module]]` as it stands in the file. */
export type ModuleTable = v.InferOutput<typeof MODULE>;
