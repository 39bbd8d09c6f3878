import type { Argument } from "../cli/arguments/invocation.ts";
import { UsageError } from "../cli/arguments/usage_error.ts";
import { displayPath } from "../core/entry/display.ts";
import { type Config, ConfigError, DEFAULT_CONFIG, parseConfig, readConfig } from "./config/mod.ts";

/**
 * Reads and understands the configuration file: the one that was named, which has to be there, or
 * the default one, which need not.
 */
export function loadNamed(named: Argument | undefined): Config | undefined {
  if (named !== undefined && typeof named !== "string") {
    const shown = displayPath(named);
    throw new UsageError(`The name of the configuration file is not UTF-8: "${shown}".`);
  }
  const file = named ?? DEFAULT_CONFIG;
  const text = readConfig(file);
  if (text !== undefined) return parseConfig(file, text);
  if (named === undefined) return undefined;
  throw new ConfigError(file, [{ message: "There is no such file." }]);
}
