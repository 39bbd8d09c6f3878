/** What is to be known of a system call to tell what it works on: numbers of its arguments. */
export interface CallShape {
  /** A word of what it does, as in `reading "/x"`. */
  readonly doing: string;
  /** A descriptor: of the thing itself, or of the directory that `name` is relative to. */
  readonly handle?: number;
  /** The address of a name or path. */
  readonly name?: number;
  /** The descriptor of a second thing, which content goes to. */
  readonly to?: number;
  /** Flags as open(2) has them. */
  readonly flags?: number;
}

const ATTRIBUTES = "reading the attributes of";
const METADATA = "setting the metadata of";

type Row = readonly [number | undefined, number | undefined, CallShape];

/** Numbers on x86-64 (arch/x86/entry/syscalls/syscall_64.tbl) and arm64 (asm-generic/unistd.h). */
const ROWS: readonly Row[] = [
  [0, 63, { doing: "reading", handle: 0 }],
  [1, 64, { doing: "writing", handle: 0 }],
  [2, undefined, { doing: "opening", name: 0, flags: 1 }],
  [3, 57, { doing: "closing", handle: 0 }],
  [4, undefined, { doing: "looking at", name: 0 }],
  [5, 80, { doing: "looking at", handle: 0 }],
  [6, undefined, { doing: "looking at", name: 0 }],
  [8, 62, { doing: "reading", handle: 0 }],
  [16, 29, { doing: "copying", handle: 2, to: 0 }], // FICLONE, see ioctl_ficlone(2)
  [17, 67, { doing: "reading", handle: 0 }],
  [18, 68, { doing: "writing", handle: 0 }],
  [40, 71, { doing: "copying", handle: 1, to: 0 }],
  [73, 32, { doing: "locking", handle: 0 }],
  [74, 82, { doing: "syncing", handle: 0 }],
  [77, 46, { doing: "setting the size of", handle: 0 }],
  [82, undefined, { doing: "renaming", name: 0 }],
  [83, undefined, { doing: "making", name: 0 }],
  [84, undefined, { doing: "removing", name: 0 }],
  [87, undefined, { doing: "removing", name: 0 }],
  [90, undefined, { doing: METADATA, name: 0 }], // fchmodat(3) of older C libraries, by /proc
  [91, 52, { doing: METADATA, handle: 0 }],
  [93, 55, { doing: METADATA, handle: 0 }],
  [138, 44, { doing: "looking at", handle: 0 }],
  [188, 5, { doing: METADATA, name: 0 }],
  [191, 8, { doing: ATTRIBUTES, name: 0 }],
  [194, 11, { doing: ATTRIBUTES, name: 0 }],
  [197, 14, { doing: METADATA, name: 0 }],
  [217, 61, { doing: "listing", handle: 0 }],
  [257, 56, { doing: "opening", handle: 0, name: 1, flags: 2 }],
  [258, 34, { doing: "making", handle: 0, name: 1 }],
  [259, 33, { doing: "making", handle: 0, name: 1 }],
  [260, 54, { doing: METADATA, handle: 0, name: 1 }],
  [262, 79, { doing: "looking at", handle: 0, name: 1 }],
  [263, 35, { doing: "removing", handle: 0, name: 1 }],
  [264, 38, { doing: "renaming", handle: 0, name: 1 }],
  [265, 37, { doing: "linking", handle: 2, name: 3 }],
  [266, 36, { doing: "making", handle: 1, name: 2 }],
  [267, 78, { doing: "reading", handle: 0, name: 1 }],
  [268, 53, { doing: METADATA, handle: 0, name: 1 }],
  [275, 76, { doing: "writing", handle: 2 }], // splice(2) out of a pipe
  [280, 88, { doing: METADATA, handle: 0, name: 1 }],
  [285, 47, { doing: "writing", handle: 0 }],
  [306, 267, { doing: "syncing", handle: 0 }],
  [316, 276, { doing: "renaming", handle: 0, name: 1 }],
  [326, 285, { doing: "copying", handle: 0, to: 2 }],
  [332, 291, { doing: "looking at", handle: 0, name: 1 }],
  [437, 437, { doing: "opening", handle: 0, name: 1 }],
  [452, 452, { doing: METADATA, handle: 0, name: 1 }],
];

/** What is known of a system call by its number on this machine; of those that blit makes. */
export function callShape(number: number): CallShape | undefined {
  const column = Deno.build.arch === "x86_64" ? 0 : 1;
  return ROWS.find((row) => row[column] === number)?.[2];
}
