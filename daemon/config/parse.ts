import { parse, TomlError } from "smol-toml";
import { closest } from "../../cli/arguments/suggest.ts";
import { ConfigError, type Problem } from "./config_error.ts";
import { type KeyPath, locate, type Part } from "./locate.ts";
import {
  checkTables,
  CONFIG_KEYS,
  type ConfigTables,
  type DaemonTable,
  type Issue,
  type ModuleTable,
} from "./schema.ts";

/** A configuration file that was understood; what its values mean is checked in `settings.ts`. */
export class Config {
  constructor(
    /** The file's path. */
    readonly file: string,
    readonly daemon: DaemonTable,
    readonly modules: readonly ModuleTable[],
    readonly text: string,
  ) {}

  /** A problem with the value, or the key, at this path. */
  problem(message: string, path: KeyPath, part: Part = "value"): Problem {
    const at = locate(this.text, path, part);
    return at === undefined ? { message } : { message, at };
  }

  /** What to throw for them. */
  error(problems: readonly Problem[]): ConfigError {
    return new ConfigError(this.file, problems, shownText(this.file, this.text));
  }
}

/**
 * Reads the text of a configuration file.
 *
 * @throws {ConfigError} for what is not TOML, with the first place; for keys that do not exist, are
 *   missing or have values of the wrong kind, with every place
 */
export function parseConfig(file: string, text: string): Config {
  const raw = new Config(file, {}, [], text);
  let tables: unknown;
  try {
    // As numbers, 1 and 1.0 would be the same.
    tables = parse(text, { integersAsBigInt: true });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [said = ""] = error.message.split("\n");
    const message = `This is not TOML: ${said.replace(/^Invalid TOML document: /, "")}.`;
    throw raw.error([{ message, at: { line: error.line, column: error.column } }]);
  }
  const checked = checkTables(tables);
  if (Array.isArray(checked)) throw raw.error(checked.map((issue) => explain(raw, issue)));
  const { daemon = {}, module = [] } = checked as ConfigTables;
  return new Config(file, daemon, module, text);
}

/**
 * The text, if its lines may be shown. Somebody who may run the daemon as another user, with a
 * `--config` of their choice, must not read that user's other files through its errors.
 */
function shownText(file: string, text: string): string | undefined {
  return file.endsWith(".toml") ? text : undefined;
}

/** An issue as a sentence with its place. */
function explain(config: Config, { path, kind, words }: Issue): Problem {
  const key = String(path.findLast((step) => typeof step === "string") ?? "");
  const inside = path.length < 2 ? "" : String(path[0]);
  const heading = inside === "" ? "the file" : inside === "module" ? "[[module]]" : `[${inside}]`;
  if (kind === "value") return config.problem(`"${key}" ${words}.`, path);
  if (kind === "missing") {
    return config.problem(`${heading} lacks "${key}".`, path.slice(0, -1), "key");
  }
  const home = inside === "" ? ["daemon", "module"].find((table) => known(table, key)) : undefined;
  if (home !== undefined) {
    const table = home === "module" ? "[[module]]" : "[daemon]";
    return config.problem(`"${key}" belongs below ${table}.`, path, "key");
  }
  const suggestion = closest(key, CONFIG_KEYS[inside] ?? []);
  const question = suggestion === undefined ? "" : ` Did you mean "${suggestion}"?`;
  const keys = suggestion === undefined
    ? ` What it may have: ${(CONFIG_KEYS[inside] ?? []).join(", ")}.`
    : "";
  const name = JSON.stringify(key);
  return config.problem(`${name} is not known in ${heading}.${question}${keys}`, path, "key");
}

function known(table: string, key: string): boolean {
  return CONFIG_KEYS[table]?.includes(key) === true;
}
