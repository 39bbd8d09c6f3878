/**
 * What is bound of the C library, in groups.
 *
 * Signatures decide what a call costs: i32, u32, pointer and buffer arguments take Deno's fast
 * path (3-10 ns); any 64-bit integer loses it (50-130 ns). So lengths are u32 and results i32,
 * and callers keep chunks below 2 GiB. `ioctl`, `prctl` and `syscall` are variadic: fine on Linux
 * x86-64 and arm64, whose variadic and fixed conventions agree for integers.
 *
 * What every file takes several times is called by its number: the C library's own functions for
 * what may wait tell the thread before and after that it may be cancelled meanwhile, which takes
 * two locked instructions in a process of many threads.
 *
 * Binding a symbol takes 0.15 ms, so they come in groups that are bound when first needed: one
 * small file needs only the first.
 */

/** What every run calls. */
export const CORE = {
  __errno_location: { parameters: [], result: "pointer" },
  openat: { name: "syscall", parameters: ["i32", "i32", "buffer", "i32", "u32"], result: "i32" },
  close: { name: "syscall", parameters: ["i32", "i32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  read: { name: "syscall", parameters: ["i32", "i32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What walking directories needs. */
export const WALK = {
  openat2: {
    name: "syscall",
    parameters: ["i32", "i32", "buffer", "buffer", "u32"],
    result: "i32",
  },
  getdents64: { parameters: ["i32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What writing what is in memory needs. */
export const WRITE = {
  write: { name: "syscall", parameters: ["i32", "i32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What moving bytes from one file to another needs. */
export const SEND = {
  sendfile: { parameters: ["i32", "i32", "pointer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What making files needs. */
export const FILE = {
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  fgetxattr: { parameters: ["i32", "buffer", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What making directories needs. */
export const DIRECTORY = {
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What reading where a symbolic link points needs, which finding out where roots are does. */
export const LINK_TARGET = {
  readlinkat: { parameters: ["i32", "buffer", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What changing trees needs besides. */
export const TREE = {
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

/** What tells a thread which it is, and for how long it has had a processor; and its credentials. */
export const THREAD = {
  gettid: { parameters: [], result: "i32" },
  prctl: { parameters: ["i32", "u32"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What comparing contents needs: half as fast again as a loop in JavaScript. */
export const MEMORY = {
  memcmp: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** What comparing and keeping extended attributes needs. */
export const ATTRIBUTE = {
  flistxattr: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  fsetxattr: { parameters: ["i32", "buffer", "buffer", "u32", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The same of an entry of a directory, since Linux 6.13. */
export const NAMED_ATTRIBUTE = {
  listxattrat: {
    name: "syscall",
    parameters: ["i32", "i32", "buffer", "u32", "buffer", "u32"],
    result: "i32",
  },
  // The seventh argument lies on the stack, where the upper half of a u32 is whatever was there.
  getxattrat: {
    name: "syscall",
    parameters: ["i32", "i32", "buffer", "u32", "buffer", "buffer", "pointer"],
    result: "i32",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The same before that. */
export const PATH_ATTRIBUTE = {
  llistxattr: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
  lgetxattr: { parameters: ["buffer", "buffer", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** Large files, special files and their attributes, syncing. */
export const RARE = {
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  fallocate: { parameters: ["i32", "i32", "i64", "i64"], result: "i32" },
  ioctl: { parameters: ["i32", "u32", "i32"], result: "i32" },
  copy_file_range: {
    parameters: ["i32", "pointer", "i32", "pointer", "u32", "u32"],
    result: "i32",
  },
  fsync: { parameters: ["i32"], result: "i32" },
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
  syncfs: { parameters: ["i32"], result: "i32" },
  // makedev packs a dev_t into 64 bits (sys/sysmacros.h); nodes are rare enough for the slow path.
  mknodat: { parameters: ["i32", "buffer", "u32", "u64"], result: "i32" },
  renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  getxattr: { parameters: ["buffer", "buffer", "buffer", "u32"], result: "i32" },
  listxattr: { parameters: ["buffer", "buffer", "u32"], result: "i32" },
  setxattr: { parameters: ["buffer", "buffer", "buffer", "u32", "i32"], result: "i32" },
  removexattr: { parameters: ["buffer", "buffer"], result: "i32" },
  geteuid: { parameters: [], result: "u32" },
  getegid: { parameters: [], result: "u32" },
  getgroups: { parameters: ["i32", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The functions that every run calls. */
export type CoreLibc = Deno.StaticForeignLibraryInterface<typeof CORE>;
/** The functions that walking needs. */
export type WalkLibc = Deno.StaticForeignLibraryInterface<typeof WALK>;
/** The function that writes what is in memory. */
export type WriteLibc = Deno.StaticForeignLibraryInterface<typeof WRITE>;
/** The function that moves bytes from one file to another. */
export type SendLibc = Deno.StaticForeignLibraryInterface<typeof SEND>;
/** The functions that making files needs. */
export type FileLibc = Deno.StaticForeignLibraryInterface<typeof FILE>;
/** The functions that making directories needs. */
export type DirectoryLibc = Deno.StaticForeignLibraryInterface<typeof DIRECTORY>;
/** The function that reads where a link points. */
export type LinkTargetLibc = Deno.StaticForeignLibraryInterface<typeof LINK_TARGET>;
/** The functions that changing trees needs. */
export type TreeLibc = Deno.StaticForeignLibraryInterface<typeof TREE>;
/** The functions about threads. */
export type ThreadLibc = Deno.StaticForeignLibraryInterface<typeof THREAD>;
/** The functions about memory. */
export type MemoryLibc = Deno.StaticForeignLibraryInterface<typeof MEMORY>;
/** The functions about extended attributes. */
export type AttributeLibc = Deno.StaticForeignLibraryInterface<typeof ATTRIBUTE>;
/** The functions about those of a directory's entries. */
export type NamedAttributeLibc = Deno.StaticForeignLibraryInterface<typeof NAMED_ATTRIBUTE>;
/** The functions about those of what a path leads to. */
export type PathAttributeLibc = Deno.StaticForeignLibraryInterface<typeof PATH_ATTRIBUTE>;
/** The functions that few files need. */
export type RareLibc = Deno.StaticForeignLibraryInterface<typeof RARE>;
