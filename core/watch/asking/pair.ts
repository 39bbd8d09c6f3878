import type { PathLike } from "../../endpoint/local_path.ts";

/** Two directories that are to be equal. */
export interface Pair {
  readonly source: Side;
  readonly destination: Side;
}

/** One of them: where it is once all links are followed, and which directory that is. */
export interface Side {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
}

/**
 * The directories that a mirror of these two operands makes equal. A source without a slash at
 * its end stands for itself, as in rsync. Undefined where there is none: nothing is there, a
 * file is meant, or a path is no text.
 */
export function pairOf(source: PathLike, destination: PathLike): Pair | undefined {
  if (typeof source !== "string" || typeof destination !== "string") return undefined;
  if (source === "" || destination === "") return undefined;
  try {
    const name = nameAtDestination(source);
    if (name !== "" && Deno.lstatSync(source).isSymlink) return undefined;
    return { source: sideOf(source), destination: sideOf(`${destination}/${name}`, name !== "") };
  } catch {
    return undefined;
  }
}

/** Which directory of the destination a source becomes; empty for the destination itself. */
export function nameAtDestination(source: string): string {
  return /(^|\/)\.{0,2}$/.test(source) ? "" : source.replace(/^.*\//s, "");
}

/** The socket of a pair's watcher. */
export function socketOf(folder: string, { source, destination }: Pair): string {
  const numbers = [source.device, source.inode, destination.device, destination.inode];
  return `${folder}/watch-${numbers.map((number) => number.toString(36)).join("-")}`;
}

function sideOf(path: string, isOwn = false): Side {
  if (isOwn && Deno.lstatSync(path).isSymlink) throw new Error("a link");
  const { isDirectory, dev, ino } = Deno.statSync(path);
  if (!isDirectory || ino === null) throw new Error("no directory");
  return { path: Deno.realPathSync(path), device: dev, inode: ino };
}
