import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/display.ts";
import { pathKey } from "../../../core/entry/path.ts";
import type { JobSource } from "../../../core/movers/job.ts";
import type { Module } from "../../../core/remote/server.ts";
import type { GivenFact } from "../../../core/remote/session/check_facts.ts";
import { SessionError } from "../../../core/remote/session/session_error.ts";
import { openSys, type Sys } from "../../../core/sys/mod.ts";
import { TransferError } from "../../../core/transfer/failure.ts";
import { eachBackend, makePlace } from "../../support/mod.ts";

/** What a test of a session's ends stands on. */
export interface ModuleGround {
  readonly sys: Sys;
  readonly path: string;
  readonly module: Module;
}

/** Text as UTF-8. */
export const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Registers a test for each backend, with a module in a directory of its own. */
export function onModule(name: string, fn: (ground: ModuleGround) => Promise<void>): void {
  eachBackend(name, async (backend) => {
    await using place = await makePlace();
    const { path } = place;
    await Deno.mkdir(`${path}/module`);
    const { sys } = await openSys(backend.name);
    try {
      await fn({ sys, path, module: moduleAt(`${path}/module`) });
    } finally {
      sys.end();
    }
  });
}

/** A module that may be written to, called "data". */
export function moduleAt(path: string, changes: Partial<Module> = {}): Module {
  const own = { name: "data", path: nameOf(path), comment: "" };
  return { ...own, readOnly: false, useChroot: false, ...changes };
}

/** A job's source with its paths as text. */
export function shown(source: JobSource | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(source ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, value instanceof Uint8Array ? pathKey(value) : value]),
  );
}

/** What an honest end says of a source. */
export function fact(name: string, isDirectory: boolean, content = false): GivenFact {
  return { name: bytes(name), content, isDirectory, text: content ? `${name}/` : name };
}

/** Asserts an error of a code whose sentence says these things and no path of the daemon. */
export function fails(work: () => unknown, code: string, ...words: RegExp[]): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof SessionError || error instanceof TransferError, String(error));
    assert.equal(error.code, code, error.message);
    for (const word of words) assert.match(error.message, word);
    assert.doesNotMatch(error.message, /blit-|\/tmp|\/dev\/shm/);
    return true;
  });
}
