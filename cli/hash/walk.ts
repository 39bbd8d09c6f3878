import { compareBytes } from "../../core/entry/bytes.ts";
import { Kind, NameTable, StatTable } from "../../core/entry/mod.ts";
import type { Handle, Name, Sys } from "../../core/sys/mod.ts";

/** What a walk meets. Paths are without a NUL. */
export interface Visitor {
  file(path: Uint8Array<ArrayBuffer>, directory: Handle, name: Name): void;
  failure(path: Uint8Array<ArrayBuffer>, result: number): void;
}

interface Child {
  /** With its NUL. */
  readonly name: Name;
  readonly kind: number;
}

const SLASH = 0x2f;

/** Visits every regular file below an open directory, names in byte order, and closes it. */
export function walk(
  sys: Sys,
  directory: Handle,
  path: Uint8Array<ArrayBuffer>,
  visitor: Visitor,
): void {
  const children = list(sys, directory, path, visitor);
  for (const { name, kind } of children) {
    const childPath = join(path, name.subarray(0, -1));
    if (kind === Kind.File) visitor.file(childPath, directory, name);
    if (kind !== Kind.Directory) continue;
    const child = sys.openBeneath(directory, name);
    if (child < 0) visitor.failure(childPath, child);
    else walk(sys, child, childPath, visitor);
  }
  sys.close(directory);
}

function list(
  sys: Sys,
  directory: Handle,
  path: Uint8Array<ArrayBuffer>,
  visitor: Visitor,
): Child[] {
  const names = new NameTable();
  const children: Child[] = [];
  for (;;) {
    const count = sys.list(directory, names);
    if (count < 0) visitor.failure(path, count);
    if (count <= 0) break;
    for (let index = 0; index < count; index++) {
      const copy = names.copy(index);
      const name = new Uint8Array(copy.length + 1);
      name.set(copy);
      children.push({ name, kind: names.kinds[index] || kindOf(sys, directory, name) });
    }
  }
  return children.sort((left, right) => compareBytes(left.name, right.name));
}

/** Some file systems do not tell the kind in the listing (readdir(3)). */
function kindOf(sys: Sys, directory: Handle, name: Name): number {
  const stats = new StatTable(1);
  return sys.stat(directory, name, stats, 0) < 0 ? Kind.Unknown : stats.kind(0);
}

function join(path: Uint8Array, name: Uint8Array): Uint8Array<ArrayBuffer> {
  const slash = path.at(-1) === SLASH ? 0 : 1;
  const joined = new Uint8Array(path.length + slash + name.length);
  joined.set(path);
  if (slash) joined[path.length] = SLASH;
  joined.set(name, path.length + slash);
  return joined;
}
