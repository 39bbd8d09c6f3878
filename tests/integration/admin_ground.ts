import assert from "node:assert/strict";
import { TransferError } from "../../mod.ts";
import {
  type Daemon,
  type DaemonOptions,
  makePlace,
  mountBind,
  type Need,
  needing,
  oddTree,
  OWN_BACKEND,
  run,
  startDaemon,
} from "../support/mod.ts";

/** A daemon and what it exports. */
export interface AdminGround {
  /** The test's directory, which the daemon exports by default. */
  readonly path: string;
  /** An odd tree at `path/odd`, the module `odd`; `frozen` is the same, read-only. */
  readonly odd: string;
  readonly daemon: Daemon;
}

/** How the daemon of a test runs. */
export interface AdminOptions {
  readonly needs?: readonly Need[];
  readonly daemon?: DaemonOptions;
}

/** Registers a test whose steps share a daemon that exports an odd tree. */
export function onDaemon(
  name: string,
  steps: Readonly<Record<string, (ground: AdminGround) => Promise<void>>>,
  { needs = [], daemon: options = {} }: AdminOptions = {},
): void {
  Deno.test({
    ...needing(name, "remote", ...needs),
    fn: async (test) => {
      await using stack = new AsyncDisposableStack();
      const { path } = stack.use(await makePlace());
      const odd = `${path}/odd`;
      await oddTree(odd, OWN_BACKEND.features);
      const module = (named: string, readOnly: boolean): string =>
        `[[module]]\nname = "${named}"\npath = "${odd}"\nread_only = ${readOnly}\n`;
      const { asNobody = false } = options;
      // Nobody cannot pass through root's home to the packages that Deno keeps there.
      if (asNobody) stack.use(await mountBind(await denoDirectory(), `${path}/cache`, "ro"));
      const daemon = stack.use(
        await startDaemon({
          root: path,
          config: module("odd", false) + module("frozen", true),
          env: { ...OWN_BACKEND.env, ...(asNobody ? { DENO_DIR: `${path}/cache` } : {}) },
          ...options,
        }),
      );
      for (const [step, fn] of Object.entries(steps)) {
        await test.step(step, () => fn({ path, odd, daemon }));
      }
    },
  });
}

async function denoDirectory(): Promise<string> {
  return JSON.parse(await run(Deno.execPath(), ["info", "--json"])).denoDir;
}

/** A path as text that keeps every byte. */
export function key(path: Uint8Array): string {
  return path.reduce((text, byte) => text + String.fromCharCode(byte), "");
}

/** Everything that comes, paths and targets as text; failures without what depends on the end. */
export async function gathered(
  rows: AsyncIterable<object>,
): Promise<readonly Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  for await (const row of rows) {
    all.push(Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? key(value) : value,
      ]),
    ));
  }
  return all;
}

/** The code and exit code of the error with which something ends. */
export async function refusal(work: Promise<unknown> | AsyncIterable<unknown>): Promise<
  { readonly code: string; readonly exitCode: number; readonly message: string }
> {
  const done = work instanceof Promise ? work : Array.fromAsync(work);
  const error = await done.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof TransferError, `not refused, but ${error}`);
  const { code, exitCode, message } = error;
  return { code, exitCode, message };
}
