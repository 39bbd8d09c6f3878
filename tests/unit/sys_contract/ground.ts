/**
 * The ground of the contract of `Sys`: the same assertions over every backend, on real files.
 *
 * @module
 */
import assert from "node:assert/strict";
import { nameOf, NameTable, StatTable } from "../../../core/entry/mod.ts";
import { type ErrnoName, errnoName } from "../../../core/sys/errno.ts";
import { openLinux } from "../../../core/sys/linux.ts";
import { openPortable } from "../../../core/sys/portable.ts";
import type { Handle, Name, Result, Sys } from "../../../core/sys/sys.ts";
import { type Need, unmet } from "../../support/host.ts";

/** What a test of the contract works with: an empty directory, held open as `root`. */
export interface Ground {
  readonly sys: Sys;
  readonly root: Handle;
  readonly path: string;
}

const BACKENDS: readonly (() => Sys)[] = Deno.build.os === "linux"
  ? [openPortable, openLinux]
  : [openPortable];

export function contract(
  name: string,
  fn: (ground: Ground) => void | Promise<void>,
  needs: Need[] = [],
) {
  const missing = unmet(needs);
  for (const open of BACKENDS) {
    const backend = open === openPortable ? "portable" : "linux";
    Deno.test({
      name: `${name} (${backend}${missing === undefined ? "" : `; needs ${missing}`})`,
      ignore: missing !== undefined,
      async fn() {
        const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "blit-sys-" }));
        try {
          const sys = open();
          assert.equal(sys.name, backend);
          const root = ok(sys.openRoot(nameOf(path)));
          await fn({ sys, root, path });
          ok(sys.close(root));
          sys.end();
        } finally {
          Deno.removeSync(path, { recursive: true });
        }
      },
    });
  }
}

export function ok(result: Result): number {
  assert.ok(result >= 0, `failed with ${errnoName(-result)}`);
  return result;
}

export function fails(result: Result | Uint8Array, ...expected: ErrnoName[]): void {
  assert.ok(typeof result === "number" && result < 0, `gave ${result}, not ${expected}`);
  assert.ok(
    (expected as string[]).includes(errnoName(-result)),
    `${errnoName(-result)}, not ${expected}`,
  );
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Makes a file that holds `text`. */
export function put({ sys, root }: Ground, name: Name, text = ""): void {
  const file = ok(sys.create(root, name, 0o644));
  const encoded = bytes(text);
  if (text !== "") assert.equal(sys.write(file, encoded, encoded.length), encoded.length);
  ok(sys.close(file));
}

export interface Told {
  readonly kind: number;
  readonly permissions: number;
  readonly size: number;
  readonly links: number;
  readonly mtimeNs: bigint;
  readonly uid: number;
  readonly gid: number;
}

export function row(fill: (table: StatTable) => Result): Told {
  const table = new StatTable(1);
  ok(fill(table));
  return {
    kind: table.kind(0),
    permissions: (table.mode[0] ?? 0) & 0o7777,
    size: table.size[0] ?? NaN,
    links: table.links[0] ?? NaN,
    mtimeNs: BigInt(table.mtimeSeconds[0] ?? 0) * 1_000_000_000n +
      BigInt(table.mtimeNanoseconds[0] ?? 0),
    uid: table.uid[0] ?? NaN,
    gid: table.gid[0] ?? NaN,
  };
}

export function told({ sys, root }: Ground, name: Name): Told {
  return row((table) => sys.stat(root, name, table, 0));
}

export function gone({ sys, root }: Ground, name: Name): void {
  fails(sys.stat(root, name, new StatTable(1), 0), "ENOENT");
}

export function content({ sys, root }: Ground, name: Name): string {
  const file = ok(sys.openRead(root, name));
  const buffer = new Uint8Array(4096);
  const length = ok(sys.read(file, buffer, buffer.length));
  ok(sys.close(file));
  return new TextDecoder().decode(buffer.subarray(0, length));
}

/** All entries of a directory, by name; the chunks are counted. */
export function entriesOf(
  sys: Sys,
  directory: Handle,
): { kinds: Map<string, number>; chunks: number } {
  const names = new NameTable();
  const kinds = new Map<string, number>();
  let chunks = 0;
  while (ok(sys.list(directory, names)) > 0) {
    chunks++;
    for (let index = 0; index < names.count; index++) {
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(names.copy(index));
      assert.ok(!kinds.has(text), `"${text}" came twice`);
      kinds.set(text, names.kinds[index] ?? 0);
    }
  }
  return { kinds, chunks };
}

export const A: Name = nameOf("a");
export const B: Name = nameOf("b");
export const LINK: Name = nameOf("link");
export const SUB: Name = nameOf("sub");
export const table = new StatTable(1);
