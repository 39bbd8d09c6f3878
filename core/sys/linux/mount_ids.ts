import { O_CLOEXEC, O_PATH, O_RDONLY } from "./constants.ts";

/** See symbols.ts for why these types; few, as each takes 0.15 ms to bind. */
const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

type MountLibc = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

/** More than /proc/self/fdinfo has of something that is open by its path alone. */
const FDINFO_BYTES = 1024;

/**
 * The numbers of the mounts through which these paths are reached: no two mounts of a machine have
 * the same, in whichever mount namespace or below whichever root they are. Undefined where that
 * cannot be told, whatever the reason. Without the floor, which takes longer to open.
 */
export function mountIds(paths: readonly string[]): string | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const library = Deno.dlopen("libc.so.6", SYMBOLS);
    try {
      const ids = paths.map((path) => mountIdAt(library.symbols, path));
      return ids.includes(undefined) ? undefined : ids.join(" ");
    } finally {
      library.close();
    }
  } catch {
    return undefined;
  }
}

/** From /proc/self/fdinfo, which has had it since Linux 3.15; statx(2) since 5.8. */
function mountIdAt(libc: MountLibc, path: string): string | undefined {
  const handle = open(libc, path, O_PATH);
  if (handle < 0) return undefined;
  const info = open(libc, `/proc/self/fdinfo/${handle}`, O_RDONLY);
  const bytes = new Uint8Array(FDINFO_BYTES);
  const length = info < 0 ? 0 : libc.read(info, bytes, bytes.length);
  for (const opened of [info, handle]) if (opened >= 0) libc.close(opened);
  const text = new TextDecoder().decode(bytes.subarray(0, Math.max(length, 0)));
  return /^mnt_id:\s*(\d+)$/m.exec(text)?.[1];
}

function open(libc: MountLibc, path: string, flags: number): number {
  return libc.open(new TextEncoder().encode(`${path}\0`), flags | O_CLOEXEC);
}
