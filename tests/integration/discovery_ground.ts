import assert from "node:assert/strict";
import { Validator } from "@cfworker/json-schema";
import schema from "../../docs/cli/scan.schema.json" with { type: "json" };
import {
  blitCommand,
  type CommandOutput,
  type Daemon,
  type DaemonOptions,
  type JoinedNamespaces,
  joinNamespaces,
  makePlace,
  type NetworkNamespace,
  noNamespaces,
  run,
  runIn,
  startDaemon,
} from "../support/mod.ts";

const validator = new Validator(schema, "2020-12");

/** Two hosts on one link, and somewhere to work. */
export interface DiscoveryGround extends JoinedNamespaces {
  readonly path: string;
  /** Runs blit on one of the hosts. */
  blit(on: NetworkNamespace, ...args: string[]): Promise<CommandOutput>;
  /** What a scan on one of the hosts finds. */
  scan(on: NetworkNamespace, ...args: string[]): Promise<Found[]>;
}

/** A line of `scan --json`. */
export interface Found {
  readonly name: string;
  readonly host: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly endpoint: string;
  readonly version?: string;
  readonly protocol?: string;
  readonly authentication?: string;
  readonly modules: readonly string[];
  readonly module_count: number;
  readonly default_export?: boolean;
  readonly interfaces: readonly string[];
}

/** Registers a test on two hosts; `lacks` says why it cannot be had here. */
export function onTwoHosts(
  name: string,
  fn: (ground: DiscoveryGround, test: Deno.TestContext) => Promise<void>,
  lacks: string | undefined = noNamespaces(),
): void {
  const needs = lacks === undefined ? "" : ` (needs ${lacks})`;
  Deno.test({
    name: name + needs,
    ignore: lacks !== undefined,
    fn: async (test) => {
      await using hosts = await joinNamespaces();
      await using place = await makePlace();
      const blit = (on: NetworkNamespace, ...args: string[]): Promise<CommandOutput> => {
        const { program, args: words, env } = blitCommand(args);
        return runIn(on, program, words, {
          cwd: place.path,
          env: { ...env, XDG_CACHE_HOME: place.path, DENO_DIR: denoDirectory() },
        });
      };
      await fn({
        client: hosts.client,
        server: hosts.server,
        path: place.path,
        blit,
        scan: async (on, ...args) => foundIn(await blit(on, "scan", "--json", ...args)),
        [Symbol.asyncDispose]: () => hosts[Symbol.asyncDispose](),
      }, test);
    },
  });
}

/** Where Deno keeps packages, which would move with the cache of this user. */
function denoDirectory(): string {
  const given = Deno.env.get("DENO_DIR");
  if (given !== undefined) return given;
  return `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;
}

/** How long tests scan: an answer may have to wait for a second (RFC 6762, 6). */
export const SHORT = ["--timeout", "1.2"] as const;

/** A daemon of that name that has announced itself. */
export async function announced(
  name: string,
  { args = [], ...options }: DaemonOptions,
): Promise<Daemon> {
  const daemon = await startDaemon({
    ...options.config === undefined ? { root: "/usr/share" } : {},
    mdns: true,
    args: ["--mdns-name", name, ...args],
    ...options,
  });
  try {
    await daemon.said(/Advertised by mDNS/);
    return daemon;
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    throw error;
  }
}

/** The daemons in what `scan --json` printed. */
export function foundIn({ code, stdout, stderr }: CommandOutput): Found[] {
  if (code !== 0) throw new Error(`scan ended with ${code}:\n${stdout}${stderr}`);
  const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  for (const line of lines) {
    const { valid, errors } = validator.validate(line);
    assert.ok(valid, JSON.stringify({ line, errors }, null, 1));
  }
  assert.equal(lines.at(-1).entries, lines.length - 1);
  return lines.slice(0, -1);
}

/** Waits until both hosts have their link-local addresses and may use them. */
export async function untilLinkLocal({ client, server }: JoinedNamespaces): Promise<void> {
  for (const { name, device } of [client, server]) {
    for (;;) {
      const shown = await run("ip", ["-n", name, "-6", "addr", "show", "dev", device]);
      if (/inet6 fe80/.test(shown) && !/tentative/.test(shown)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
