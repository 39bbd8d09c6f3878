import type { FilesystemStatus, Handle } from "../sys.ts";
import { ST_RDONLY } from "./constants.ts";
import type { Libc } from "./libc.ts";
import { mountOf } from "./mounts.ts";

/**
 * Bytes of `struct statfs` on 64-bit machines (asm-generic/statfs.h, which x86-64, arm64 and
 * riscv64 share): 64-bit words, but for `f_fsid` at 56.
 */
const STATFS_BYTES = 120;
const HIGH = 2 ** 32;

/** Offsets in 4-byte words. */
const Word = {
  Type: 0,
  BlockSize: 2,
  Blocks: 4,
  BlocksFree: 6,
  BlocksAvailable: 8,
  Files: 10,
  FilesFree: 12,
  FragmentSize: 18,
  Flags: 20,
} as const;

/**
 * What `f_type` stands for where /proc does not tell (statfs(2), linux/magic.h): only what is one
 * type alone.
 */
const TYPES: Readonly<Record<number, string>> = {
  0x6969: "nfs",
  0x9660: "isofs",
  0x01021994: "tmpfs",
  0x2fc12fc1: "zfs",
  0x58465342: "xfs",
  0x794c7630: "overlay",
  0x858458f6: "ramfs",
  0x9123683e: "btrfs",
  0xf2f52010: "f2fs",
};

/** fstatfs(2), or undefined where it fails and has set errno. */
export function statFilesystem(libc: Libc, handle: Handle): FilesystemStatus | undefined {
  const words = new Uint32Array(STATFS_BYTES / 4);
  if (libc.rare.fstatfs(handle, new Uint8Array(words.buffer)) < 0) return undefined;
  const at = (word: number): number => (words[word] ?? 0) + (words[word + 1] ?? 0) * HIGH;
  // Counts are in fragments; a file system that has none leaves it 0 (statfs(2), statvfs(3)).
  const unit = at(Word.FragmentSize) || at(Word.BlockSize);
  return {
    type: mountOf(libc, handle)?.type ?? TYPES[words[Word.Type] ?? 0] ?? "unknown",
    size: at(Word.Blocks) * unit,
    free: at(Word.BlocksFree) * unit,
    available: at(Word.BlocksAvailable) * unit,
    inodes: at(Word.Files),
    inodesFree: at(Word.FilesFree),
    readOnly: (at(Word.Flags) & ST_RDONLY) !== 0,
  };
}
