import { hasCapability, isRealRoot } from "./capabilities.ts";
import { programFile } from "./programs.ts";
import { isThere } from "./is_there.ts";

/** The Debian package that holds each tool the tests use besides coreutils. */
const PACKAGES: Readonly<Record<string, string>> = {
  "find": "findutils",
  "tar": "tar",
  "rsync": "rsync",
  "setfattr": "attr",
  "setfacl": "acl",
  "mount": "mount",
  "setpriv": "util-linux",
  "fsfreeze": "util-linux",
  "bindfs": "bindfs",
  "filefrag": "e2fsprogs",
  "mkfs.ext4": "e2fsprogs",
  "mkfs.btrfs": "btrfs-progs",
  "mkfs.xfs": "xfsprogs",
  "mkfs.vfat": "dosfstools",
  "iperf3": "iperf3",
  "avahi-daemon": "avahi-daemon",
  "avahi-browse": "avahi-utils",
  "avahi-publish": "avahi-utils",
  "dbus-daemon": "dbus",
  "b3sum": "b3sum",
  "man": "man-db",
  "groff": "groff-base",
};

const found = new Map<string, boolean>();

/** Whether the tool is on the PATH (or where Debian keeps tools for root). */
export function hasTool(tool: string): boolean {
  let known = found.get(tool);
  if (known === undefined) {
    const path = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`;
    known = path.split(":").some((directory) => isThere(`${directory}/${tool}`));
    found.set(tool, known);
  }
  return known;
}

/** Throws a sentence that names the package to install when a tool is not there. */
export function requires(...tools: readonly string[]): void {
  for (const tool of tools) {
    if (hasTool(tool)) continue;
    throw new Error(
      `This test needs "${tool}". Install it with: apt-get install ${PACKAGES[tool] ?? tool}`,
    );
  }
}

/**
 * What a test needs of the machine beyond tools: these decide between run and ignored, since no
 * package can mend them.
 */
export type Need =
  /** The tests run as root, who may give files to any user and look at everything. */
  | "root"
  /** Root that may set attributes of the `trusted` name space (many containers forbid it). */
  | "trusted"
  /** Root that may make device nodes. */
  | "devices"
  /** Root that may make files immutable, see chattr(1). */
  | "immutable"
  /** Root that may change the root directory. */
  | "chroot"
  /** Root that is allowed to mount (many containers forbid it). */
  | "mount"
  /** Mounting a tmpfs that takes attributes of users, as Linux's does from 6.6 on. */
  | "tmpfs"
  /** Root that may mark file systems for fanotify, on a kernel that tells names (5.9). */
  | "fanotify"
  /** Mounting of image files. */
  | "loop"
  /** Root that may become user 65534 and still read this repository and run Deno. */
  | "nobody"
  /** Loopback has an IPv6 address, which many containers lack. */
  | "ipv6"
  /** A kernel that knows the file system; implies `loop`. */
  | `fs:${string}`
  /** A file system on which case does not count: FUSE and lowntfs-3g (package ntfs-3g). */
  | "folding"
  /** FUSE and its Python binding (package python3-fusepy). */
  | "fusepy"
  /** The daemon serves: while the remote half is being built, it may not yet. */
  | "remote"
  /** The long form of the suite was asked for with BLIT_SOAK=1. */
  | "soak";

/** The first need that this machine does not meet, or undefined. */
export function unmet(needs: readonly Need[]): Need | undefined {
  return needs.find((need) => !meets(need));
}

/** The name and fate of a test that has needs: where one is not met, ignored, and named so. */
export function needing(
  name: string,
  ...needs: readonly Need[]
): { readonly name: string; readonly ignore: boolean } {
  const missing = unmet(needs);
  return missing === undefined
    ? { name, ignore: false }
    : { name: `${name} (needs ${missing})`, ignore: true };
}

const met = new Map<Need, boolean>();

function meets(need: Need): boolean {
  let known = met.get(need);
  if (known === undefined) {
    known = probe(need);
    met.set(need, known);
  }
  return known;
}

function probe(need: Need): boolean {
  switch (need) {
    case "root":
      return Deno.build.os === "linux" && Deno.uid() === 0 && isRealRoot();
    case "trusted":
      return meets("root") && hasCapability("SYS_ADMIN");
    case "devices":
      return meets("root") && hasCapability("MKNOD");
    case "immutable":
      return meets("root") && hasCapability("LINUX_IMMUTABLE");
    case "chroot":
      return meets("root") && hasCapability("SYS_CHROOT");
    case "mount":
      return meets("root") &&
        succeeds("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"]);
    case "tmpfs":
      return meets("mount") && hasTool("setfattr") && succeeds("unshare", [
        ...["--mount", "sh", "-c"],
        "mount -t tmpfs none /mnt && touch /mnt/file && setfattr -n user.a -v b /mnt/file",
      ]);
    case "fanotify":
      return meets("tmpfs") && hasCapability("SYS_ADMIN") && hasCapability("DAC_READ_SEARCH") &&
        isThere("/proc/sys/fs/fanotify/max_queued_events");
    case "loop":
      return meets("mount") && isThere("/dev/loop-control");
    case "folding":
      return meets("mount") && isThere("/dev/fuse") && hasTool("lowntfs-3g");
    case "fusepy":
      return meets("mount") && isThere("/dev/fuse") &&
        succeeds("/usr/bin/python3", ["-c", "import fusepy"]);
    case "nobody":
      return meets("root") && succeeds("setpriv", [...NOBODY, Deno.execPath(), "--version"]) &&
        succeeds("setpriv", [...NOBODY, "test", "-r", programFile("blit")]);
    case "ipv6":
      return listens("::1");
    case "remote":
      return isThere(new URL("../../core/remote/serve.ts", import.meta.url).pathname);
    case "soak":
      return Deno.env.get("BLIT_SOAK") === "1";
    default: {
      const type = need.slice("fs:".length);
      const kernel = Deno.readTextFileSync("/proc/filesystems");
      return meets("loop") &&
        (new RegExp(`\\t${type}$`, "m").test(kernel) || succeeds("modprobe", ["-n", "-q", type]));
    }
  }
}

/** Arguments of setpriv(1) that make a program run as nobody. */
export const NOBODY: readonly string[] = [
  "--reuid=65534",
  "--regid=65534",
  "--clear-groups",
];

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    return new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

function listens(hostname: string): boolean {
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}
