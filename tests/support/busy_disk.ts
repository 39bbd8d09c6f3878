import { inBackground } from "./background.ts";

/** Bytes that are put on the disk at a time, and how often: about 8 MiB a second. */
const BYTES: number = 2 << 20;
const OFTEN_MS = 200;

/** What the temporary directory's disk lacks for {@linkcode onDisk}; undefined if nothing. */
export function noDisk(): string | undefined {
  try {
    const path = Deno.makeTempFileSync({ prefix: "blit-test-" });
    try {
      const before = written();
      using file = Deno.openSync(path, { write: true });
      file.writeSync(new Uint8Array(BYTES).fill(1));
      file.syncDataSync();
      if (written() - before >= BYTES) return undefined;
    } finally {
      Deno.removeSync(path);
    }
  } catch {
    // There is no /proc/vmstat, or it may not be read.
  }
  return "a temporary directory on a disk, and /proc/vmstat";
}

/** Keeps the disk of the temporary directory busy until disposed of, from another process. */
export async function onDisk(): Promise<AsyncDisposable> {
  const path = await Deno.makeTempFile({ prefix: "blit-test-" });
  const script = `while dd if=/dev/zero of="$1" bs="$2" count=1 conv=notrunc,fdatasync; do
    sleep "$3"
  done`;
  const words = [path, `${BYTES}`, `${OFTEN_MS / 1000}`];
  const writing = inBackground("bash", ["-c", script, "bash", ...words]);
  return {
    async [Symbol.asyncDispose]() {
      await Deno.remove(path);
      await writing[Symbol.asyncDispose]();
    },
  };
}

/** Bytes that the kernel has put on disks since it started, where pages are of the usual size. */
function written(): number {
  const [, pages] = /^nr_written (\d+)$/m.exec(Deno.readTextFileSync("/proc/vmstat")) ?? [];
  return Number(pages) * 4096;
}
