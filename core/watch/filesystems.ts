import type { Handle, Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";

/**
 * File systems whose every change goes through this kernel, so that it can tell. What other
 * machines or programs change behind its back (nfs, cifs, fuse, 9p, ...) is not heard of, nor is
 * it known of types that are not named here.
 */
const TOLD: ReadonlySet<string> = new Set([
  "bcachefs",
  "btrfs",
  "exfat",
  "ext2",
  "ext3",
  "ext4",
  "f2fs",
  "jfs",
  "msdos",
  "nilfs2",
  "ntfs3",
  "overlay",
  "ramfs",
  "reiserfs",
  "tmpfs",
  "vfat",
  "xfs",
  "zfs",
]);

/**
 * Refuses a tree on a file system that may change unseen.
 *
 * @throws {TransferError} `watch-filesystem`
 */
export function refuseFilesystem(sys: Sys, handle: Handle, shown: string): void {
  const status = sys.statFilesystem(handle);
  const type = typeof status === "number" ? "unknown" : status.type;
  if (TOLD.has(type)) return;
  throw new TransferError(
    "watch-filesystem",
    `"${shown}" is on a file system of type ${type}: ` +
      "it may be changed elsewhere, which nobody tells this machine. Run blit mirror now and then.",
  );
}
