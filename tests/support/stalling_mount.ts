import { bash, run } from "./command.ts";
import { hasTool, needing, requires } from "./host.ts";
import { inBackground } from "./background.ts";
import { type Mounted, mountFresh } from "./mount.ts";

/** A held call comes back after so long at the latest. */
const HELD_US = 600_000_000;

/** A file system that can stop answering: no call on it comes back until it is thawed. */
export interface StallingMount extends Mounted {
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** A file system of which one kind of call can be held. */
export interface HoldingMount extends StallingMount {
  /**
   * From now on its server does not come back from these system calls, or only after so many
   * microseconds, until what is given ends.
   */
  hold(calls: string, delayUs?: number): Promise<AsyncDisposable>;
}

/** The name and fate of a test that holds single calls of a FUSE file system. */
export function needingHold(name: string): { readonly name: string; readonly ignore: boolean } {
  const given = needingFuse(name);
  if (given.ignore || hasTool("strace")) return given;
  return { name: `${name} (needs strace)`, ignore: true };
}

/** The name and fate of a test that stops the server of a FUSE file system. */
export function needingFuse(name: string): { readonly name: string; readonly ignore: boolean } {
  const given = needing(name, "mount");
  if (given.ignore) return given;
  return hasFuse() ? given : { name: `${name} (needs /dev/fuse and bindfs)`, ignore: true };
}

function hasFuse(): boolean {
  try {
    Deno.openSync("/dev/fuse", { read: true, write: true }).close();
    return hasTool("bindfs");
  } catch {
    return false;
  }
}

/**
 * The directory `from` shown at `path` by a FUSE server; `rate` bytes a second can be read. It
 * stalls as the kernel sees it: its server is stopped.
 */
export async function mountSlowly(
  from: string,
  path: string,
  rate?: number,
): Promise<HoldingMount> {
  requires("bindfs");
  await Deno.mkdir(path, { recursive: true });
  const limit = rate === undefined ? [] : [`--read-rate=${rate}`];
  // Of one thread, it would answer no call at all while one is held.
  const server = inBackground("bindfs", ["-f", "--multithreaded", ...limit, from, path]);
  await bash(`for _ in $(seq 100); do mountpoint -q "$1" && exit; sleep 0.05; done; exit 1`, [
    path,
  ]);
  let isMounted = true;
  return {
    path,
    freeze: () => {
      server.signal("SIGSTOP");
      return Promise.resolve();
    },
    thaw: () => {
      server.signal("SIGCONT");
      return Promise.resolve();
    },
    hold: async (calls, delayUs = HELD_US) => {
      const { pid } = server.process;
      const inject = `inject=${calls}:delay_enter=${delayUs}`;
      const words = ["-f", "-qq", "-o", "/dev/null", "-p", `${pid}`, "-e", `trace=${calls}`];
      const holder = inBackground("strace", [...words, "-e", inject]);
      // Each of its threads is held when it is traced.
      await bash(
        `for _ in $(seq 200); do
          grep -h TracerPid: /proc/$1/task/*/status | grep -q 'TracerPid:\t0$' || exit 0
          sleep 0.05
        done; exit 1`,
        [`${pid}`],
      );
      return holder;
    },
    async [Symbol.asyncDispose]() {
      if (!isMounted) return;
      isMounted = false;
      server.signal("SIGCONT");
      await bash(`umount "$1" || umount --lazy "$1"`, [path]);
      await server[Symbol.asyncDispose]();
    },
  };
}

/** An ext4 of its own at `path` whose writers can be held up, see fsfreeze(8). */
export async function mountFreezable(path: string): Promise<StallingMount> {
  requires("fsfreeze");
  const mount = await mountFresh("ext4", path);
  const env = { PATH: `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin` };
  let isFrozen = false;
  const thaw = async (): Promise<void> => {
    if (isFrozen) await run("fsfreeze", ["--unfreeze", path], { env });
    isFrozen = false;
  };
  return {
    path,
    async freeze() {
      await run("fsfreeze", ["--freeze", path], { env });
      isFrozen = true;
    },
    thaw,
    async [Symbol.asyncDispose]() {
      await thaw();
      await mount[Symbol.asyncDispose]();
    },
  };
}
