import { Kind } from "../../entry/kind.ts";
import type { StatTable } from "../../entry/stats.ts";
import { Errno } from "../errno.ts";
import type { Result } from "../sys.ts";

const HIGH = 2 ** 32;
const linux = Deno.build.os === "linux" || Deno.build.os === "android";

/** Numbers for inodes that Deno cannot tell: each is used once, so that no two entries match. */
let unknownInodes = 0;

/** Copies what Deno tells of an entry into row `index` of `table`. */
export function storeStatus(info: Deno.FileInfo, table: StatTable, index: number): Result {
  // Deno's Date ends 275,760 years away from 1970 in either direction, where it is NaN.
  const mtimeMs = info.mtime?.getTime() ?? NaN;
  if (Number.isNaN(mtimeMs)) return -Errno.EOVERFLOW;
  const seconds = Math.floor(mtimeMs / 1000);
  table.mtimeSeconds[index] = seconds;
  table.mtimeNanoseconds[index] = (mtimeMs - seconds * 1000) * 1e6;
  table.mode[index] = modeOf(info);
  table.uid[index] = info.uid ?? 0;
  table.gid[index] = info.gid ?? 0;
  table.size[index] = info.size;
  table.blocks[index] = info.blocks ?? Math.ceil(info.size / 512);
  table.deviceMajor[index] = major(info.dev);
  table.deviceMinor[index] = minor(info.dev);
  table.nodeMajor[index] = major(info.rdev ?? 0);
  table.nodeMinor[index] = minor(info.rdev ?? 0);
  storeInode(info, table, index);
  return 0;
}

/**
 * Deno gives inode numbers as doubles: past 2^53 (NTFS, some network file systems) two files may
 * have the same one. Such an entry is said to have one link and an inode of its own: its hard
 * links become files of their own, and never is one file taken for another.
 */
function storeInode(info: Deno.FileInfo, table: StatTable, index: number): void {
  const { ino } = info;
  if (ino === null || !Number.isSafeInteger(ino) || (ino === 0 && !linux)) {
    table.inodeLow[index] = ++unknownInodes;
    table.inodeHigh[index] = 0xffffffff;
    table.links[index] = 1;
  } else {
    table.inodeLow[index] = ino % HIGH;
    table.inodeHigh[index] = Math.floor(ino / HIGH);
    table.links[index] = info.nlink ?? 1;
  }
}

/** `st_mode`; where the system has none (Windows), what a new file or directory has elsewhere. */
function modeOf(info: Deno.FileInfo): number {
  if (info.mode !== null && info.mode >>> 12 !== 0) return info.mode;
  if (info.isSymlink) return Kind.Symlink << 12 | 0o777;
  if (info.isDirectory) return Kind.Directory << 12 | 0o755;
  return (info.isFile ? Kind.File : Kind.Unknown) << 12 | 0o644;
}

/** Linux splits a `dev_t` as makedev(3) says; elsewhere its halves serve, as it is only compared. */
function major(device: number): number {
  return linux ? (device >>> 8) & 0xfff : Math.floor(device / HIGH);
}

function minor(device: number): number {
  return linux ? (device & 0xff) | ((device >>> 12) & 0xfff00) : device % HIGH;
}
