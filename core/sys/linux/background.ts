import type { Handle } from "../sys.ts";

const SYMBOLS = {
  setpriority: { parameters: ["i32", "u32", "i32"], result: "i32" },
  // Variadic in C, where Linux passes arguments as anywhere else.
  syscall: { parameters: ["i32", "i32", "i32", "i32"], result: "i32" },
  posix_fadvise: { parameters: ["i32", "i64", "i64", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** setpriority(2): of the calling thread, though POSIX says of the process. */
const PRIO_PROCESS = 0;
const LEAST_NICE = 19;
/** ioprio_set(2): number of the call, of the calling thread, and only when nobody else wants to. */
const IOPRIO_SET: Readonly<Record<string, number>> = { x86_64: 251, aarch64: 30 };
const IOPRIO_WHO_PROCESS = 1;
const IOPRIO_IDLE: number = 3 << 13;
/** posix_fadvise(2) */
const DONTNEED = 4;

/** What a thread in the background does besides the floor's calls. */
export interface Background {
  /** Lets the system forget what it has in memory of a file that is on disk; whether it may have. */
  forget(file: Handle): boolean;
  /** Gives the library back. */
  end(): void;
}

/**
 * Lets all others go first, with processors and disks alike, for the rest of the calling thread's
 * life. Undefined where the system has no such calls; a right that is missing is no reason to stop.
 */
export function enterBackground(): Background | undefined {
  if (Deno.build.os !== "linux") return undefined;
  let library: Deno.DynamicLibrary<typeof SYMBOLS>;
  try {
    library = Deno.dlopen("libc.so.6", SYMBOLS);
  } catch {
    return undefined;
  }
  const libc = library.symbols;
  libc.setpriority(PRIO_PROCESS, 0, LEAST_NICE);
  const call = IOPRIO_SET[Deno.build.arch];
  if (call !== undefined) libc.syscall(call, IOPRIO_WHO_PROCESS, 0, IOPRIO_IDLE);
  return {
    forget: (file) => libc.posix_fadvise(file, 0n, 0n, DONTNEED) === 0,
    end: () => library.close(),
  };
}
