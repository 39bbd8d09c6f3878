/**
 * The configuration file: reading it safely, understanding it, and saying what is wrong with it
 * where it is wrong. What the values mean together with the command line is in
 * `daemon/settings.ts`. Imports smol-toml and valibot; begin with `parse.ts`.
 *
 * @module
 */
export { addressProblem, addressWords, isLoopback, listenAddresses } from "./addresses.ts";
export { ConfigError, type Position, type Problem } from "./config_error.ts";
export { Config, parseConfig } from "./parse.ts";
export { DEFAULT_CONFIG, readConfig } from "./read.ts";
export type { ModuleTable } from "./schema.ts";
