import { bash, run } from "./command.ts";
import { inBackground } from "./background.ts";
import { requires } from "./host.ts";

/** A file system mounted for one test; unmounted when disposed of. */
export interface Mounted extends AsyncDisposable {
  readonly path: string;
}

async function mounted(path: string, args: readonly string[]): Promise<Mounted> {
  requires("mount");
  await Deno.mkdir(path, { recursive: true });
  await run("mount", [...args, path]);
  return {
    path,
    // Lazily when busy, so that a failing test never leaves a mount behind.
    async [Symbol.asyncDispose]() {
      await bash(`umount "$1" || umount --lazy "$1"`, [path]);
    },
  };
}

/** A tmpfs; `options` as in mount(8), such as `size=2m`. */
export function mountTmpfs(path: string, options: string): Promise<Mounted> {
  return mounted(path, ["-t", "tmpfs", "-o", options, "none"]);
}

/** A ramfs, which knows no extended attributes and no ACLs. */
export function mountRamfs(path: string): Promise<Mounted> {
  return mounted(path, ["-t", "ramfs", "none"]);
}

/** The directory `from` shown once more at `path`. */
export async function mountBind(
  from: string,
  path: string,
  mode: "rw" | "ro" = "rw",
): Promise<Mounted> {
  const mount = await mounted(path, ["--bind", from]);
  if (mode === "ro") await run("mount", ["-o", "remount,bind,ro", path]);
  return mount;
}

/** A file system on which case does not count, and which lists all names in small letters. */
export async function mountFolding(path: string): Promise<Mounted> {
  const env = { PATH: `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin` };
  await bash(
    `mkdir -p "$1"; truncate -s 32M "$1.img"; mkntfs -q -F -Q "$1.img"
    lowntfs-3g -o ignore_case,permissions "$1.img" "$1"`,
    [path],
    { env },
  );
  return {
    path,
    async [Symbol.asyncDispose]() {
      await bash(`umount "$1" || umount --lazy "$1"`, [path]);
    },
  };
}

/** What a {@linkcode mountSpelling} takes for one name; see folding_mount.py. */
export type Folds = "case" | "form" | "both" | "late" | "stale";

/** The directory `${path}.kept` shown at `path`, where several spellings are one name (FUSE). */
export async function mountSpelling(path: string, folds: Folds): Promise<Mounted> {
  const script = new URL("folding_mount.py", import.meta.url).pathname;
  const kept = `${path}.kept`;
  await bash(`mkdir -p "$1" "$2"`, [path, kept]);
  const server = inBackground("/usr/bin/python3", [script, folds, kept, path]);
  await bash(`for _ in $(seq 200); do mountpoint -q "$1" && exit; sleep 0.05; done; exit 1`, [
    path,
  ]);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await bash(`umount "$1" || umount --lazy "$1"`, [path]);
      await server[Symbol.asyncDispose]();
    },
  };
}

/** File systems that tests make in image files. */
export type ImageType = "ext4" | "btrfs" | "xfs" | "vfat";

/** Smallest sizes that each mkfs takes without complaint, with some room. */
const IMAGE_MIB: Readonly<Record<ImageType, number>> = {
  ext4: 128,
  btrfs: 256,
  xfs: 320,
  vfat: 64,
};

const QUIET: Readonly<Record<ImageType, readonly string[]>> = {
  // Small images would get blocks of 1 KiB, too small for what the odd tree holds.
  ext4: ["-q", "-F", "-b", "4096"],
  btrfs: ["-q"],
  xfs: ["-q"],
  vfat: [],
};

/** Makes a file system in `image`. */
export async function makeImage(
  type: ImageType,
  image: string,
  mkfsArgs: readonly string[] = [],
): Promise<void> {
  requires(`mkfs.${type}`);
  await bash(`truncate -s "$1" "$2"`, [`${IMAGE_MIB[type]}M`, image]);
  const path = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`;
  await run(`mkfs.${type}`, [...QUIET[type], ...mkfsArgs, image], { env: { PATH: path } });
}

/** Mounts an image file; the loop device goes with the mount. */
export function mountImage(image: string, path: string, options = "loop"): Promise<Mounted> {
  return mounted(path, ["-o", options, image]);
}

/** A fresh file system of its own: image `${path}.img`, mounted at `path`. */
export async function mountFresh(
  type: ImageType,
  path: string,
  mkfsArgs: readonly string[] = [],
): Promise<Mounted> {
  await makeImage(type, `${path}.img`, mkfsArgs);
  return mountImage(`${path}.img`, path);
}
