/**
 * The least that a program on Deno does to see that two trees are the same: it lists every
 * directory of both and stats every name on both sides, by two threads, and neither compares nor
 * counts anything. What `blit mirror` takes beyond that is its own.
 *
 *     deno run -A bench/floor/nothing.ts SOURCE DESTINATION
 *
 * Both hold directories of files, no deeper. docs/performance.md has what it took.
 *
 * @module
 */

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
});

const AT_FDCWD = -100;
/** AT_SYMLINK_NOFOLLOW and AT_NO_AUTOMOUNT, as blit asks. */
const STAT_FLAGS = 0x100 | 0x800;
const STATX_BASIC_STATS = 0x7ff;
/** O_RDONLY, O_DIRECTORY and O_CLOEXEC. */
const OPEN_FLAGS = 0x10000 | 0x80000;
/** Where a name begins in a record of getdents64(2), and its length. */
const NAME_AT = 19;
const LENGTH_AT = 16;

const arena = new Uint8Array(1 << 18);
const views = new Array<Uint8Array<ArrayBuffer> | undefined>(arena.length >> 3);
const status = new Uint8Array(256);

/** Where the names begin that a directory lists, without `.` and `..`. */
function list(directory: number, starts: Uint32Array): number {
  let count = 0;
  let filled = 0;
  for (;;) {
    const got = libc.getdents64(directory, filled === 0 ? arena : arena.subarray(filled), 1 << 17);
    if (got <= 0) return count;
    for (let record = filled; record < filled + got;) {
      const start = record + NAME_AT;
      const isDots = arena[start] === 46 &&
        (arena[start + 1] === 0 || (arena[start + 1] === 46 && arena[start + 2] === 0));
      if (!isDots) starts[count++] = start;
      record += arena[record + LENGTH_AT]! | arena[record + LENGTH_AT + 1]! << 8; // in the arena
    }
    filled += got;
  }
}

/** Stats the names on one side. */
function statAll(directory: number, starts: Uint32Array, count: number): void {
  for (let index = 0; index < count; index++) {
    const start = starts[index]!; // below the count
    const name = views[start >> 3] ??= arena.subarray(start);
    libc.statx(directory, name, STAT_FLAGS, STATX_BASIC_STATS, status);
  }
}

const encoder = new TextEncoder();
const starts = new Uint32Array(1 << 14);

function look(roots: readonly [string, string], names: readonly string[]): void {
  for (const name of names) {
    const [source, destination] = roots.map((root) =>
      libc.openat(AT_FDCWD, encoder.encode(`${root}/${name}\0`), OPEN_FLAGS, 0)
    ) as [number, number];
    list(destination, starts);
    const count = list(source, starts);
    statAll(source, starts, count);
    statAll(destination, starts, count);
    libc.close(source);
    libc.close(destination);
  }
}

interface Half {
  readonly roots: readonly [string, string];
  readonly names: readonly string[];
}

const WORKER = "half";

// A Worker's module is a main module, too.
if (globalThis.name !== WORKER) {
  const [source = ".", destination = "."] = Deno.args;
  const names = [...Deno.readDirSync(source)].map(({ name }) => name);
  const middle = names.length >> 1;
  const worker = new Worker(import.meta.url, { type: "module", name: WORKER });
  const done = new Promise((resolve) => worker.onmessage = resolve);
  worker.postMessage({ roots: [source, destination], names: names.slice(middle) } satisfies Half);
  look([source, destination], names.slice(0, middle));
  await done;
  Deno.exit(0);
} else {
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
  scope.onmessage = ({ data }: MessageEvent<Half>): void => {
    look(data.roots, data.names);
    scope.postMessage(undefined);
  };
}
