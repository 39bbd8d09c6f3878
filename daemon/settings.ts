import type { Argument, Invocation } from "../cli/arguments/invocation.ts";
import { UsageError } from "../cli/arguments/usage_error.ts";
import { displayPath, nameOf } from "../core/entry/display.ts";
import { parseLocalPath } from "../core/endpoint/local_path.ts";
import type { DaemonSettings, Limits, Module } from "../core/remote/server.ts";
import type { Sys } from "../core/sys/mod.ts";
import { TransferError } from "../core/transfer/failure.ts";
import { addressProblem, listenAddresses } from "./config/mod.ts";
import type { Config, Problem } from "./config/mod.ts";
import { machineName } from "./machine_name.ts";
import { checkModules, directoryProblem, pathProblem } from "./modules.ts";

/** The port that clients try where none is named. */
export const DEFAULT_PORT = 9031;

/** What one daemon gives to its peers at most; not a matter of configuration yet. */
export const LIMITS: Limits = {
  sessions: 64,
  streamsPerSession: 8,
  messageBytes: 16 << 20,
  idleMs: 600_000,
  preAuthenticationMs: 5_000,
};

/** What a daemon was told to do, by its file and its command line together. */
export interface Plan {
  readonly settings: DaemonSettings;
  /** The name to be found by; undefined where it is not to be found. */
  readonly mdnsName: string | undefined;
  /** Sentences about what the operator may not have meant. */
  readonly warnings: readonly string[];
}

/**
 * Puts file and command line together; options win. Directories are opened to see that they are
 * there; on the way to a client they are opened again by whoever serves them.
 *
 * @throws {UsageError} for what is wrong on the command line
 * @throws {ConfigError} for what is wrong in the file
 */
export function makePlan(invocation: Invocation, config: Config | undefined, sys: Sys): Plan {
  const options = optionsOf(invocation, sys);
  const problems = config === undefined ? [] : checkDaemon(config, sys);
  const modules = config === undefined ? [] : checkModules(config, problems, sys);
  if (config !== undefined && problems.length > 0) throw config.error(problems);
  const daemon = config?.daemon ?? {};
  const bind = options.bind ?? [daemon.bind ?? "127.0.0.1"].flat();
  const port = options.port ?? daemon.port ?? DEFAULT_PORT;
  const root = options.root ?? (daemon.root === undefined ? undefined : nameOf(daemon.root));
  const warnings: string[] = [];
  const exported = root === undefined && modules.length > 0
    ? modules
    : [defaultExport(root ?? workingDirectory(sys, warnings)), ...modules];
  const dataPort = daemon.data_port ?? 0;
  if (dataPort !== 0 && dataPort === port) {
    throw new UsageError(
      `The control port and the data port are both ${port}; they have to differ.`,
    );
  }
  const settings = {
    addresses: listenAddresses(bind),
    port,
    dataPort,
    motd: daemon.motd ?? "",
    modules: exported,
    limits: LIMITS,
  };
  const isSilent = invocation.has("no-mdns") || daemon.no_mdns === true;
  const mdnsName = isSilent ? undefined : options.mdnsName ?? daemon.mdns_name ?? hostname();
  return { settings, mdnsName, warnings };
}

interface Options {
  readonly bind: readonly string[] | undefined;
  readonly port: number | undefined;
  readonly mdnsName: string | undefined;
  readonly root: Module["path"] | undefined;
}

function optionsOf(invocation: Invocation, sys: Sys): Options {
  const texts = (name: string): string[] =>
    invocation.given.filter(({ option }) => option.name === name).map(({ value }) =>
      typeof value === "string" ? value : displayPath(value)
    );
  const bind = texts("bind");
  for (const address of bind) {
    const problem = addressProblem(address);
    if (problem !== undefined) throw new UsageError(`The option --bind ${problem}.`);
  }
  const [name] = texts("mdns-name");
  const problem = name === undefined ? undefined : mdnsNameProblem(name);
  if (problem !== undefined) throw new UsageError(`The option --mdns-name ${problem}.`);
  const root = invocation.value("root");
  return {
    bind: bind.length > 0 ? bind : undefined,
    port: portOf(texts("port").at(-1)),
    mdnsName: name,
    root: root === undefined ? undefined : rootOf(root, sys),
  };
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  const given = JSON.stringify(text);
  throw new UsageError(`The option --port takes a whole number from 0 to 65535, not ${given}.`);
}

/** The command line is typed somewhere, so a relative path is from there. */
function rootOf(root: Argument, sys: Sys): Module["path"] {
  try {
    const { path, text } = parseLocalPath(root);
    const problem = directoryProblem(sys, path);
    if (problem !== undefined) throw new UsageError(`Cannot serve "${text}": ${problem}.`);
    return path;
  } catch (error) {
    throw error instanceof TransferError ? new UsageError(error.message) : error;
  }
}

/** What `[daemon]` has that no type can tell to be wrong. */
function checkDaemon(config: Config, sys: Sys): Problem[] {
  const { bind, mdns_name: mdnsName, root, port, data_port: dataPort } = config.daemon;
  const problems: Problem[] = [];
  const add = (key: string, problem: string | undefined): void => {
    if (problem === undefined) return;
    problems.push(config.problem(`"${key}" ${problem}.`, ["daemon", key]));
  };
  for (const address of [bind ?? []].flat()) add("bind", addressProblem(address));
  if (mdnsName !== undefined) add("mdns_name", mdnsNameProblem(mdnsName));
  if (dataPort !== undefined && dataPort !== 0 && dataPort === port) {
    add("data_port", 'is the same as "port"; they have to differ');
  }
  if (root !== undefined) add("root", pathProblem(root, sys));
  return problems;
}

/** One label of a DNS name (RFC 6763, 4.1.1). */
function mdnsNameProblem(name: string): string | undefined {
  const length = new TextEncoder().encode(name).length;
  const isLabel = length > 0 && length <= 63 && !/\p{Cc}/u.test(name);
  return isLabel ? undefined : "takes a name of 1 to 63 bytes without control characters";
}

/** What this machine is called, without its domain. */
function hostname(): string {
  return machineName().split(".")[0] || "blit";
}

function defaultExport(path: Module["path"]): Module {
  return { name: "", path, comment: "", readOnly: false, useChroot: false };
}

function workingDirectory(sys: Sys, warnings: string[]): Module["path"] {
  const path = rootOf(workingDirectoryText(), sys);
  warnings.push(
    `Neither a module nor a root is configured, so the working directory "${displayPath(path)}" ` +
      "is served. To choose one, use --root.",
  );
  return path;
}

/** Deno cannot say a name that is not UTF-8; `.` is understood all the same. */
function workingDirectoryText(): string {
  try {
    return Deno.cwd();
  } catch {
    return ".";
  }
}
