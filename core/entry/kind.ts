/**
 * The kind of an entry, as the file type bits of `st_mode` shifted right by 12.
 * Linux uses the same numbers in `d_type` (getdents64(2)), so a listing needs no translation.
 */
export const Kind = {
  Unknown: 0,
  Fifo: 1,
  CharacterDevice: 2,
  Directory: 4,
  BlockDevice: 6,
  File: 8,
  Symlink: 10,
  Socket: 12,
} as const;

/** One of the numbers in {@linkcode Kind}. */
export type KindCode = (typeof Kind)[keyof typeof Kind];

const WORDS: Readonly<Record<number, KindWord>> = {
  1: "fifo",
  2: "character device",
  4: "directory",
  6: "block device",
  8: "file",
  10: "symlink",
  12: "socket",
};

/** The kind of an entry in words, as events carry it. */
export type KindWord =
  | "fifo"
  | "character device"
  | "directory"
  | "block device"
  | "file"
  | "symlink"
  | "socket"
  | "unknown";

/** The kind's word for people and for JSON. */
export function kindWord(kind: number): KindWord {
  return WORDS[kind] ?? "unknown";
}

/** Whether it is a node that has a major and a minor number. */
export function isDevice(kind: number): boolean {
  return kind === Kind.CharacterDevice || kind === Kind.BlockDevice;
}
