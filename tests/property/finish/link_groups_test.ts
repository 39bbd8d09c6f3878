import assert from "node:assert/strict";
import fc from "fast-check";
import { nameOf, PackedNames, pathKey } from "../../../core/entry/mod.ts";
import { LinkGroups } from "../../../core/finish/link_groups.ts";
import type { LinkGroup, LoggedLinks } from "../../../core/movers/run_log.ts";

/** A logged name: its inode, and whether it is the same there and as which inode. */
interface Logged {
  readonly inode: number;
  readonly same: boolean;
  readonly there: number;
}

const number = fc.integer({ min: 0, max: 5 });
const names: fc.Arbitrary<readonly Logged[]> = fc.array(
  fc.record({ inode: number, same: fc.boolean(), there: number }),
  { maxLength: 12 },
);

/** Inodes of equal low halves, so that only the others tell them apart. */
const partsOf = (inode: number): number[] => [inode & 1, 0, 7, inode >> 1];

function logOf(batch: readonly Logged[], at: number): LoggedLinks {
  const packed = new PackedNames();
  // In falling order, so that it is not theirs in bytes.
  batch.forEach((_, index) => packed.add(nameOf(`n${String(99 - index)}`), 8));
  return {
    source: 0,
    path: nameOf(`d${at}`),
    names: packed.finish(),
    count: batch.length,
    inodes: Uint32Array.from(batch.flatMap(({ inode }) => partsOf(inode))),
    same: Uint8Array.from(batch.map(({ same }) => same ? 1 : 0)),
    there: Uint32Array.from(batch.flatMap(({ there }) => partsOf(there))),
    absent: false,
  };
}

/** The same by a map; groups that need nothing are counted. */
function expected(batches: readonly (readonly Logged[])[]): { groups: string[]; same: number } {
  const byInode = new Map<number, (Logged & { readonly key: string })[]>();
  batches.forEach((batch, at) =>
    batch.forEach((logged, index) => {
      const group = byInode.get(logged.inode) ?? [];
      group.push({ ...logged, key: `d${at}/n${99 - index}` });
      byInode.set(logged.inode, group);
    })
  );
  const groups: string[] = [];
  let settled = 0;
  for (const group of byInode.values()) {
    const isSettled = group.every(({ same, there }) => same && there === group[0]?.there);
    if (isSettled) settled += group.length;
    else groups.push(group.map(({ key }) => key).sort().join(" "));
  }
  return { groups, same: settled };
}

function shown({ leader, names }: LinkGroup): string {
  assert.equal(leader, undefined);
  return names.map(({ path, name }) => `${pathKey(path)}/${pathKey(name)}`).join(" ");
}

Deno.test("names are grouped by inode, in byte order, but for those that need nothing", () => {
  fc.assert(fc.property(fc.array(names, { maxLength: 6 }), (batches) => {
    let same = 0;
    const groups = new LinkGroups(batches.map(logOf)).unsettled((count) => same += count);
    assert.deepEqual({ groups: [...groups].map(shown), same }, expected(batches));
  }));
});
