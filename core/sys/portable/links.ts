/** What only `node:fs` can do: change a symbolic link itself. */
interface LinkCalls {
  lutimesSync(path: string, atime: number | Date, mtime: number | Date): void;
  lchownSync(path: string, uid: number, gid: number): void;
}

interface Builtins {
  getBuiltinModule(name: string): LinkCalls | undefined;
}

let calls: LinkCalls | undefined;

/** `node:fs`, loaded at its first use: that takes some 16 ms, and most runs need none of it. */
export function linkCalls(): LinkCalls {
  return calls ??= load();
}

function load(): LinkCalls {
  const { process } = globalThis as { process?: Builtins };
  const found = process?.getBuiltinModule("node:fs");
  if (found === undefined) throw new Deno.errors.NotSupported("node:fs is not there");
  return found;
}

/**
 * A time in milliseconds as Deno's `lutimesSync` takes it exactly (as of Deno 2.9.6), or
 * `undefined` where it takes none: it cuts numbers off at the millisecond (so half of one is
 * added), turns negative ones into "now", and refuses dates before 1970 but for whole seconds.
 */
export function linkTime(ms: number): number | Date | undefined {
  if (ms >= 0) return (ms + 0.5) / 1000;
  return ms % 1000 === 0 ? new Date(ms) : undefined;
}
