/**
 * What a scenario with a daemon stands on: a server for each program, started once and outside the
 * timed part, and the link between the two ends.
 */
import {
  inNamespace,
  joinNamespaces,
  type NetworkNamespace,
  noNamespaces,
} from "../../tests/support/namespace.ts";
import type { Contender } from "../contenders.ts";
import type { Remote } from "../scenarios.ts";

/** A program's own daemon over the place's directory. */
export interface Server extends AsyncDisposable {
  /** How its client is told of a path below the directory; without a slash at the end. */
  address(path: string): string;
  /** The highest resident set so far. */
  peakMemoryMiB?(): number | undefined;
}

/** Starts a server that exports `directory`, in the namespace if there is one. */
export type Serve = (directory: string, namespace?: NetworkNamespace) => Promise<Server>;

/** Both ends of a remote scenario. */
export interface Ends extends AsyncDisposable {
  readonly servers: ReadonlyMap<string, Server>;
  /** Why a server could not be started. */
  readonly failures: ReadonlyMap<string, string>;
  /** The words that run a command at the client's end. */
  atClient(command: readonly string[]): readonly string[];
}

/** Why the ends cannot be had on this machine; undefined where they can. */
export function noEnds(remote: Remote): string | undefined {
  if (remote.link === undefined) return undefined;
  const missing = noNamespaces(remote.link);
  return missing === undefined ? undefined : `the link needs ${missing}`;
}

/** Joins the ends and starts a server for each contender that has one. */
export async function openEnds(
  remote: Remote,
  contenders: readonly Contender[],
  directory: string,
): Promise<Ends> {
  await using stack = new AsyncDisposableStack();
  const net = remote.link === undefined ? undefined : stack.use(await joinNamespaces(remote.link));
  const servers = new Map<string, Server>();
  const failures = new Map<string, string>();
  for (const { name, serve } of contenders) {
    try {
      if (serve !== undefined) servers.set(name, stack.use(await serve(directory, net?.server)));
    } catch (error) {
      failures.set(name, `no server: ${error instanceof Error ? error.message : error}`);
    }
  }
  const kept = stack.move();
  return {
    servers,
    failures,
    atClient: ([program = "", ...args]) => {
      const words = inNamespace(net?.client, program, args);
      return [words.program, ...words.args];
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
