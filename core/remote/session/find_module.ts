import type { Module } from "../server.ts";
import { SessionError } from "./session_error.ts";

/**
 * The module of a name; the default export where it is empty.
 *
 * @throws {SessionError} `no-such-module`
 */
export function findModule(modules: readonly Module[], name: string): Module {
  const module = modules.find((one) => one.name === name);
  if (module !== undefined) return module;
  throw new SessionError(
    "no-such-module",
    name === ""
      ? "The daemon has no default export: name a module, as in server:/module/."
      : `The daemon has no module "${name}".`,
  );
}
