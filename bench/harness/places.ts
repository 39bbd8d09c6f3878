/**
 * Where trees stand: memory, and a disk. The disk is by default an ext4 with a journal, made for
 * the run on a loop image. An ext4 without a journal searches recently deleted inodes whenever it
 * makes new ones, so a copy straight after a removal can be many times slower there.
 */
import type { PlaceName } from "../scenarios.ts";

/** A directory on the file system a scenario asks for. */
export interface Place {
  readonly name: PlaceName;
  readonly directory: string;
  /** As the kernel calls it, with what else matters. */
  readonly filesystem: string;
  /** Removes everything that was made for the run. */
  close(): Promise<void>;
}

/** A sparse file: only what is in use takes room. */
const IMAGE_BYTES = 20 * 2 ** 30;

/** Containers have 64 MiB by default. */
const MEMORY_BYTES = 2 ** 30;

/** Opens a place, or says why there is none; `directory` is a disk to use as it stands. */
export async function openPlace(name: PlaceName, directory?: string): Promise<Place | string> {
  if (name === "tmpfs") {
    if (filesystemOf("/dev/shm") !== "tmpfs") return "there is no tmpfs at /dev/shm";
    const [, bytes] = (await must("df", "--block-size=1", "--output=avail", "/dev/shm")).split(
      "\n",
    );
    const hasRoom = Number(bytes) >= MEMORY_BYTES;
    return hasRoom ? plainPlace(name, "/dev/shm") : `/dev/shm has only ${bytes} bytes left`;
  }
  if (directory !== undefined) return plainPlace(name, directory);
  const base = diskDirectory();
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return plainPlace(name, base);
  try {
    return await loopPlace(name, base);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}; using ${base} as it is.`);
    return plainPlace(name, base);
  }
}

/** Writes what is still only in memory to the disk under `directory`. */
export async function settle(directory: string): Promise<void> {
  if (Deno.build.os === "linux") await must("sync", "-f", directory);
}

/** The type of the file system under `path`, or "unknown". */
export function filesystemOf(path: string): string {
  try {
    return findFilesystem(Deno.readTextFileSync("/proc/self/mounts"), Deno.realPathSync(path));
  } catch {
    return "unknown"; // not Linux, or no such path
  }
}

/** Finds the type of the file system that holds `path` in the text of `/proc/self/mounts`. */
export function findFilesystem(mounts: string, path: string): string {
  let longest = -1;
  let type = "unknown";
  for (const line of mounts.split("\n")) {
    const [, at, found] = line.split(" ");
    if (at === undefined || found === undefined || at.length < longest) continue;
    if (path === at || path.startsWith(at === "/" ? at : `${at}/`)) {
      longest = at.length;
      type = found;
    }
  }
  return type;
}

function plainPlace(name: PlaceName, base: string): Place {
  Deno.mkdirSync(base, { recursive: true });
  const directory = Deno.makeTempDirSync({ dir: base, prefix: "blit-bench-" });
  return {
    name,
    directory,
    filesystem: filesystemOf(directory),
    close: () => Deno.remove(directory, { recursive: true }),
  };
}

/** `/tmp` may be memory; `/var/tmp` is meant to last, so it is on a disk. */
function diskDirectory(): string {
  if (Deno.env.get("TMPDIR") === undefined && filesystemOf("/var/tmp") !== "unknown") {
    return "/var/tmp";
  }
  const probe = Deno.makeTempDirSync();
  Deno.removeSync(probe);
  return probe.slice(0, Math.max(probe.lastIndexOf("/"), probe.lastIndexOf("\\")));
}

async function loopPlace(name: PlaceName, base: string): Promise<Place> {
  const directory = Deno.makeTempDirSync({ dir: base, prefix: "blit-bench-" });
  const image = `${directory}/image`;
  const mountPoint = `${directory}/mount`;
  let device: string | undefined;
  const close = async () => {
    if (device !== undefined) {
      await attempt("umount", mountPoint);
      await attempt("losetup", "-d", device);
    }
    await Deno.remove(directory, { recursive: true });
  };
  try {
    Deno.mkdirSync(mountPoint);
    Deno.createSync(image).close();
    Deno.truncateSync(image, IMAGE_BYTES);
    // Otherwise the kernel writes the inode tables later, in the middle of a run.
    const prompt = "lazy_itable_init=0,lazy_journal_init=0";
    await must("mkfs.ext4", "-q", "-F", "-O", "has_journal", "-E", prompt, image);
    // Direct I/O keeps the image out of the page cache, where everything would stand twice.
    device = await must("losetup", "--find", "--show", "--direct-io=on", image);
    await must("mount", device, mountPoint);
    const filesystem = "ext4 with a journal, loop image";
    return { name, directory: mountPoint, filesystem, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function must(program: string, ...args: string[]): Promise<string> {
  const output = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (output.success) return new TextDecoder().decode(output.stdout).trim();
  const said = new TextDecoder().decode(output.stderr).trim();
  throw new Error(`${program} ended with ${output.code}: ${said}`);
}

async function attempt(program: string, ...args: string[]): Promise<void> {
  await must(program, ...args).catch((error) => console.error(error.message));
}
