/**
 * The C library's symbols, bound through FFI.
 *
 * Signatures decide what a call costs: i32, u32, pointer and buffer arguments take Deno's fast
 * path (3-10 ns); any 64-bit integer loses it (50-130 ns). So lengths are u32 and results i32,
 * and callers keep chunks below 2 GiB. `openat`, `ioctl` and `syscall` are variadic: fine on
 * Linux x86-64 and arm64, whose variadic and fixed conventions agree for integers.
 *
 * Binding a symbol takes 0.15 ms, so they come in groups that are bound when first needed: one
 * small file needs only the first.
 */
const LIBRARY = "libc.so.6";

/** What every run calls. */
const CORE = {
  __errno_location: { parameters: [], result: "pointer" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  geteuid: { parameters: [], result: "u32" },
  getegid: { parameters: [], result: "u32" },
  getxattr: { parameters: ["buffer", "buffer", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What walking directories and making new ones needs. */
const WALK = {
  openat2: {
    name: "syscall",
    parameters: ["i32", "i32", "buffer", "buffer", "u32"],
    result: "i32",
  },
  getdents64: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "u32"], result: "i32" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What changing trees needs besides. */
const TREE = {
  symlinkat: { parameters: ["buffer", "i32", "buffer"], result: "i32" },
  linkat: { parameters: ["i32", "buffer", "i32", "buffer", "i32"], result: "i32" },
  renameat: { parameters: ["i32", "buffer", "i32", "buffer"], result: "i32" },
  unlinkat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  utimensat: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  fchmodat: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  fchownat: { parameters: ["i32", "buffer", "i32", "i32", "i32"], result: "i32" },
  fchown: { parameters: ["i32", "i32", "i32"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What tells whether a thread computes or waits. */
const THREAD = {
  gettid: { parameters: [], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What comparing contents needs: half as fast again as a loop in JavaScript. */
const MEMORY = {
  memcmp: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Large files, special files, attributes, syncing. */
const RARE = {
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  fallocate: { parameters: ["i32", "i32", "i64", "i64"], result: "i32" },
  ioctl: { parameters: ["i32", "u32", "i32"], result: "i32" },
  copy_file_range: {
    parameters: ["i32", "pointer", "i32", "pointer", "u32", "u32"],
    result: "i32",
  },
  sendfile: { parameters: ["i32", "i32", "pointer", "u32"], result: "i32" },
  fsync: { parameters: ["i32"], result: "i32" },
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
  syncfs: { parameters: ["i32"], result: "i32" },
  // makedev packs a dev_t into 64 bits (sys/sysmacros.h); nodes are rare enough for the slow path.
  mknodat: { parameters: ["i32", "buffer", "u32", "u64"], result: "i32" },
  renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  listxattr: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
  setxattr: { parameters: ["buffer", "buffer", "buffer", "u32", "i32"], result: "i32" },
  removexattr: { parameters: ["buffer", "buffer"], result: "i32" },
  getgroups: { parameters: ["i32", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions that every run calls. */
export type CoreLibc = Deno.StaticForeignLibraryInterface<typeof CORE>;
/** The functions that walking needs. */
export type WalkLibc = Deno.StaticForeignLibraryInterface<typeof WALK>;
/** The functions that changing trees needs. */
export type TreeLibc = Deno.StaticForeignLibraryInterface<typeof TREE>;
/** The functions about threads. */
export type ThreadLibc = Deno.StaticForeignLibraryInterface<typeof THREAD>;
/** The functions about memory. */
export type MemoryLibc = Deno.StaticForeignLibraryInterface<typeof MEMORY>;
/** The functions that few files need. */
export type RareLibc = Deno.StaticForeignLibraryInterface<typeof RARE>;

/** The C library of one thread, with a view of that thread's errno. */
export class Libc {
  readonly core: CoreLibc;
  readonly errno: Int32Array;
  readonly #open: { close(): void }[] = [];
  #walk: WalkLibc | undefined;
  #tree: TreeLibc | undefined;
  #thread: ThreadLibc | undefined;
  #memory: MemoryLibc | undefined;
  #rare: RareLibc | undefined;

  /** Throws when FFI is not permitted or the library is not there. */
  constructor() {
    const library = Deno.dlopen(LIBRARY, CORE);
    this.#open.push(library);
    this.core = library.symbols;
    this.errno = errnoOf(this.core);
  }

  get walk(): WalkLibc {
    return this.#walk ??= this.#bindWalk();
  }

  get tree(): TreeLibc {
    return this.#tree ??= this.#bindTree();
  }

  get thread(): ThreadLibc {
    return this.#thread ??= this.#bindThread();
  }

  get memory(): MemoryLibc {
    return this.#memory ??= this.#bindMemory();
  }

  get rare(): RareLibc {
    return this.#rare ??= this.#bindRare();
  }

  /** Unbinds all; the library itself stays loaded, Deno uses it too. */
  close(): void {
    for (const library of this.#open) library.close();
    this.#open.length = 0;
  }

  #bindWalk(): WalkLibc {
    const library = Deno.dlopen(LIBRARY, WALK);
    this.#open.push(library);
    return library.symbols;
  }

  #bindTree(): TreeLibc {
    const library = Deno.dlopen(LIBRARY, TREE);
    this.#open.push(library);
    return library.symbols;
  }

  #bindThread(): ThreadLibc {
    const library = Deno.dlopen(LIBRARY, THREAD);
    this.#open.push(library);
    return library.symbols;
  }

  #bindMemory(): MemoryLibc {
    const library = Deno.dlopen(LIBRARY, MEMORY);
    this.#open.push(library);
    return library.symbols;
  }

  #bindRare(): RareLibc {
    const library = Deno.dlopen(LIBRARY, RARE);
    this.#open.push(library);
    return library.symbols;
  }
}

/** What libc says of this thread's last failure, as a view. Throws where it says none. */
export function errnoOf(libc: { __errno_location(): Deno.PointerValue }): Int32Array {
  const location = libc.__errno_location();
  if (location === null) throw new Error("libc gives no errno");
  return new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
}
