/**
 * Memory map of blit.wasm. The memory never grows, so a view over it stays valid for good; pages
 * nobody touches cost nothing. Everything has a fixed place and nothing is allocated.
 *
 * | from        | size     | what                                                            |
 * |-------------|----------|-----------------------------------------------------------------|
 * | 0x0000_0000 | 64 KiB   | constants the compiler places (staticEnd() says where they end) |
 * | 0x0001_0000 | 2 x 4 KiB| BLAKE3 states: 0 the hasher in use, 1 one-shots and subtrees    |
 * | 0x0001_2000 | 256 B    | one block of four inputs, transposed                            |
 * | 0x0001_2200 | 96 B     | values passed in and out: left, right, result                   |
 * | 0x0001_2400 | 64 B     | fields of the entry last unpacked                               |
 * | 0x0001_4000 | 33 KiB   | chaining values of the subtree at work                          |
 * | 0x0002_0000 | 64 KiB   | block sums given back                                           |
 * | 0x0003_0000 | 64 KiB   | name of the entry to pack                                       |
 * | 0x0004_0000 | 64 KiB   | link target of the entry to pack                                |
 * | 0x0005_0000 | 192 KiB  | pax records being built                                         |
 * | 0x0008_0000 | 192 KiB  | a header packed outside any shard                               |
 * | 0x0010_0000 | 1 MiB    | input window: bytes to hash                                     |
 * | 0x0020_0000 | 4 x 8 MiB| shard slots: one per open writer or reader                      |
 * | 0x0220_0000 | 64 KiB   | slack: the four-lane kernel may read, and drop, bytes past an input |
 *
 * Every address a caller passes in must lie in the input window or in a shard slot.
 */

/** Where the two BLAKE3 states begin, and how far apart they are. */
export const HASH_STATES: usize = 0x10000;
export const HASH_STATE_BYTES: usize = 0x1000;

/** The message words of four inputs, word by word. */
export const LANE_WORDS: usize = 0x12000;

/** Three 32-byte values: left child, right child, result. */
export const VALUES: usize = 0x12200;

/** Fields of the last unpacked entry; their offsets are in tar_unpack.ts. */
export const ENTRY: usize = 0x12400;

/** Chaining values of up to 1,024 chunks, with room for the lanes the kernel throws away. */
export const SUBTREE: usize = 0x14000;

/** Up to 8,192 block sums. */
export const SUMS: usize = 0x20000;
export const SUMS_BYTES: usize = 0x10000;

/** What the packer is given, and the most a name or a link target may hold. */
export const NAME: usize = 0x30000;
export const LINK: usize = 0x40000;
export const NAME_BYTES: usize = 0xffff;

/** Scratch for pax records: name, link target and a few numbers. */
export const PAX: usize = 0x50000;

/** Where a header goes whose content does not travel in a shard. */
export const HEADER: usize = 0x80000;
export const HEADER_BYTES: usize = 0x30000;

/** Where callers read files into before they are hashed. */
export const WINDOW: usize = 0x100000;
export const WINDOW_BYTES: usize = 0x100000;

/** Where shards are built and taken apart. */
export const SLOTS: usize = 0x200000;
export const SLOT_BYTES: usize = 0x800000;
export const SLOT_COUNT: usize = 4;

/** 64 KiB pages up to the end of the slack; wasm/build.ts passes the same number to the compiler. */
export const PAGES: u32 = 545;
