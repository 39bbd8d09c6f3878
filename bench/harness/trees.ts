/**
 * Makes the trees that are copied and mirrored, puts destinations into the state a scenario asks
 * for, and counts what a program has left.
 *
 * Everything follows from the shape: the same shape written twice gives the same names, bytes and
 * times, so a destination "identical to the source" needs no program to copy it. Times are whole
 * seconds because tar's default format holds no more.
 */

/** A tree: equal directories of equal files, and perhaps one big file beside them. */
export interface TreeShape {
  readonly directories: number;
  readonly filesPerDirectory: number;
  readonly fileBytes: number;
  readonly bigFileBytes?: number;
  /** Each file has a second name in its directory: a hard link. */
  readonly linked?: true;
}

/** The name of the one big file in a tree's root. */
export const BIG_FILE = "big";

/** How many extras {@linkcode addExtras} puts into a directory. */
export const EXTRAS_PER_DIRECTORY = 100;

/** How many directories with a file in each {@linkcode addExtraDirectories} puts into a directory. */
export const EXTRA_DIRECTORIES = 20;

/** A tenth of a tree for `--quick`, in directories; big files shrink to an eighth. */
export function quickShape(shape: TreeShape): TreeShape {
  const big = shape.bigFileBytes;
  return {
    ...shape,
    directories: Math.ceil(shape.directories / 10),
    ...(big === undefined ? {} : { bigFileBytes: big < POOL_BYTES ? big : big / 8 }),
  };
}

/** The tree in words: "100,000 files of 4 KiB in 1,000 directories". */
export function describeShape(shape: TreeShape): string {
  const files = shape.directories * shape.filesPerDirectory;
  const parts: string[] = [];
  if (shape.bigFileBytes !== undefined) parts.push(`one file of ${inUnits(shape.bigFileBytes)}`);
  if (files > 0) {
    const size = shape.fileBytes === 0 ? "empty files" : `files of ${inUnits(shape.fileBytes)}`;
    const names = shape.linked === true ? " with two names each" : "";
    parts.push(`${count(files)} ${size}${names} in ${count(shape.directories)} directories`);
  }
  return parts.join(" and ");
}

/** The file bytes a tree holds. */
export function shapeBytes(shape: TreeShape): number {
  return shape.directories * shape.filesPerDirectory * shape.fileBytes + (shape.bigFileBytes ?? 0);
}

/** What can be seen of a tree without reading its files. */
export interface Census {
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
  /** The sum of the files' modification times in seconds: a stale file shows here. */
  readonly mtimeSum: number;
}

/** Writes the tree at `root`, which must not exist yet. */
export function writeTree(root: string, shape: TreeShape): void {
  Deno.mkdirSync(root, { recursive: true });
  for (let directory = 0; directory < shape.directories; directory++) {
    const path = `${root}/${directoryName(directory)}`;
    Deno.mkdirSync(path);
    for (let file = 0; file < shape.filesPerDirectory; file++) {
      const name = `${path}/${fileName(file)}`;
      writeFile(name, shape, directory, file);
      if (shape.linked === true) Deno.linkSync(name, `${name}.link`);
    }
    Deno.utimeSync(path, EPOCH, EPOCH);
  }
  if (shape.bigFileBytes !== undefined) writeBigFile(`${root}/${BIG_FILE}`, shape.bigFileBytes);
  Deno.utimeSync(root, EPOCH, EPOCH);
}

/**
 * Takes a tree that equals its source back to what it was before the source changed: of each
 * hundred files two hold other bytes and an older time, one is not there yet, and one that the
 * source has lost since is still there. A big file is older, and other in a page of each 32 MiB.
 */
export function ageTree(root: string, shape: TreeShape): void {
  if (shape.bigFileBytes !== undefined) ageBigFile(`${root}/${BIG_FILE}`, shape.bigFileBytes);
  for (let directory = 0; directory < shape.directories; directory++) {
    const path = `${root}/${directoryName(directory)}`;
    for (let file = 0; file < shape.filesPerDirectory; file++) {
      const place = file % 100;
      const name = `${path}/${fileName(file)}`;
      if (place === 13 || place === 57) {
        Deno.writeFileSync(name, content(shape.fileBytes, directory + 7, file));
        Deno.utimeSync(name, EPOCH - 3600, EPOCH - 3600);
      } else if (place === 31) {
        Deno.removeSync(name);
      } else if (place === 83) {
        Deno.writeFileSync(`${path}/gone-${file}`, content(shape.fileBytes, directory, file));
      }
    }
  }
}

/** Adds {@linkcode EXTRAS_PER_DIRECTORY} files to each directory of a tree. */
export function addExtras(root: string, shape: TreeShape): void {
  for (let directory = 0; directory < shape.directories; directory++) {
    for (let file = 0; file < EXTRAS_PER_DIRECTORY; file++) {
      const path = `${root}/${directoryName(directory)}/extra-${file}`;
      Deno.writeFileSync(path, content(shape.fileBytes, directory, file));
    }
  }
}

/** Adds {@linkcode EXTRA_DIRECTORIES} directories to each directory of a tree, a file in each. */
export function addExtraDirectories(root: string, shape: TreeShape): void {
  for (let directory = 0; directory < shape.directories; directory++) {
    for (let extra = 0; extra < EXTRA_DIRECTORIES; extra++) {
      const path = `${root}/${directoryName(directory)}/extra-${extra}`;
      Deno.mkdirSync(path);
      Deno.writeFileSync(`${path}/file`, content(shape.fileBytes, directory, extra));
    }
  }
}

/** Counts a tree; equal censuses mean equal trees for our purpose. */
export function takeCensus(root: string): Census {
  let files = 0, directories = 0, bytes = 0, mtimeSum = 0;
  const pending = [root];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const entry of Deno.readDirSync(path)) {
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory) {
        directories++;
        pending.push(child);
      } else {
        const info = Deno.lstatSync(child);
        files++;
        bytes += info.size;
        mtimeSum += Math.floor((info.mtime?.getTime() ?? 0) / 1000);
      }
    }
  }
  return { files, directories, bytes, mtimeSum };
}

/** How `found` differs from `expected`, as a sentence; undefined where it does not. */
export function censusDifference(expected: Census, found: Census): string | undefined {
  for (const key of ["files", "directories", "bytes", "mtimeSum"] as const) {
    if (expected[key] !== found[key]) {
      return `left a wrong result: ${key} ${found[key]} instead of ${expected[key]}`;
    }
  }
  return undefined;
}

/** Seconds; any fixed moment in the past will do. */
const EPOCH = 1_700_000_000;
const POOL_BYTES = 1024 * 1024;
const AGED_BYTES = 4096;
const AGED_EVERY_BYTES = 32 * 1024 * 1024;

/** Bytes that neither compress nor repeat within a file; xorshift32 (Marsaglia, 2003). */
const pool = (() => {
  const words = new Uint32Array(2 * POOL_BYTES / 4);
  let state = 0x9e3779b9;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer);
})();

function content(sizeBytes: number, directory: number, file: number): Uint8Array<ArrayBuffer> {
  const start = (directory * 8191 + file * 127) % POOL_BYTES;
  return pool.subarray(start, start + sizeBytes);
}

function writeFile(path: string, shape: TreeShape, directory: number, file: number): void {
  Deno.writeFileSync(path, content(shape.fileBytes, directory, file));
  const mtime = EPOCH + (directory + file) % 1000;
  Deno.utimeSync(path, mtime, mtime);
}

function writeBigFile(path: string, sizeBytes: number): void {
  using file = Deno.createSync(path);
  for (let written = 0; written < sizeBytes;) {
    const piece = content(Math.min(POOL_BYTES, sizeBytes - written), written / POOL_BYTES, 0);
    for (let sent = 0; sent < piece.length;) sent += file.writeSync(piece.subarray(sent));
    written += piece.length;
  }
  file.utimeSync(EPOCH, EPOCH);
}

function ageBigFile(path: string, sizeBytes: number): void {
  using file = Deno.openSync(path, { write: true });
  for (let at = 0; at + AGED_BYTES <= sizeBytes; at += AGED_EVERY_BYTES) {
    file.seekSync(at, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(AGED_BYTES).fill(at / AGED_EVERY_BYTES));
  }
  file.utimeSync(EPOCH - 3600, EPOCH - 3600);
}

function directoryName(directory: number): string {
  return `directory-${String(directory).padStart(4, "0")}`;
}

function fileName(file: number): string {
  return `file-${String(file).padStart(4, "0")}.dat`;
}

function inUnits(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
  return `${Number(bytes.toFixed(1))} ${units[unit]}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
