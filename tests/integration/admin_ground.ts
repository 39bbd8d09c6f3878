import assert from "node:assert/strict";
import { TransferError } from "../../mod.ts";
import {
  bash,
  type Daemon,
  type DaemonOptions,
  makePlace,
  mountBind,
  type Need,
  needing,
  oddTree,
  OWN_BACKEND,
  type Place,
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

/** Entries below `wide`: more than fits into what is under way between two ends. */
export const DIRECTORIES = 50;
/** See {@linkcode DIRECTORIES}. */
export const FILES = 1000;

/** A daemon that exports a tree whose listing does not fit into buffers. */
export async function wideGround(
  stack: AsyncDisposableStack,
  limits?: object,
): Promise<{ place: Place; daemon: Daemon }> {
  const place = stack.use(await makePlace());
  // Long names: 50,000 of them are some 25 MB on the wire.
  await bash(`mkdir "${place.path}/wide" && cd "${place.path}/wide"
    long=$(printf 'n%.0s' {1..240})
    for d in $(seq ${DIRECTORIES}); do
      mkdir $long-$d && (cd $long-$d && seq -f "$long-%.0f" ${FILES} | xargs touch)
    done`);
  const program = new URL("daemon_with_limits.ts", import.meta.url).pathname;
  const daemon = stack.use(
    await startDaemon({
      root: place.path,
      env: { ...OWN_BACKEND.env, BLIT_TEST_LIMITS: JSON.stringify(limits ?? {}) },
      ...(limits === undefined
        ? {}
        : { command: [Deno.execPath(), "run", "--quiet", "-A", program] }),
    }),
  );
  return { place, daemon };
}
