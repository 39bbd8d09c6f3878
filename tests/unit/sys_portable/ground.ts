import assert from "node:assert/strict";
import { nameOf } from "../../../core/entry/mod.ts";
import { type ErrnoName, errnoName } from "../../../core/sys/errno.ts";
import { openPortable } from "../../../core/sys/portable.ts";
import type { Result } from "../../../core/sys/sys.ts";
import { type Ground, ok } from "../sys_contract/ground.ts";

export { content, type Ground, ok, put } from "../sys_contract/ground.ts";

/** Runs a test on the portable backend in a directory of its own. */
export function ground(fn: (ground: Ground) => void): void {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "blit-portable-" }));
  try {
    const sys = openPortable();
    fn({ sys, root: ok(sys.openRoot(nameOf(path))), path });
  } finally {
    Deno.removeSync(path, { recursive: true });
  }
}

/** Asserts that every call failed with this errno. */
export function refuses(
  errno: ErrnoName,
  results: readonly (Result | Uint8Array<ArrayBuffer>)[],
): void {
  const told = results.map((result) => typeof result === "number" ? errnoName(-result) : "bytes");
  assert.deepEqual(told, results.map(() => errno));
}
