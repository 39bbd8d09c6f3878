import type { Name } from "../sys/mod.ts";

/** What a mover can be asked to do. */
export const TaskKind = {
  /** Scan, compare, deliver and finish one directory. */
  Directory: 1,
  /** The same for named entries of a directory: a slice, a large file, or entries put off. */
  Batch: 2,
  /** Groups of hard links. */
  Links: 3,
  /** Count and log everything below named directories that only the destination has. */
  Extra: 4,
  /** Remove (or back up) named extras of a directory. */
  Delete: 5,
  /** Remove from the source what has arrived (move). */
  Remove: 6,
  /** Set the metadata of a directory that was put off. */
  Finish: 7,
  /** Remove named directories that only the destination has, with nothing left in them. */
  RemoveExtra: 8,
  /** Remove a directory of the source from which all has been moved. */
  RemoveEmptied: 9,
  /** Put what was written to the file system of a destination directory on disk (durable). */
  Sync: 10,
  /** Remove directories that only the destination has, each with the files named after it. */
  DeleteLeaves: 11,
} as const;

/** Marks on a task. */
export const TaskFlag = {
  /** The destination directory has just been made and is empty. */
  Fresh: 1,
  /** In a dry run: the destination directory does not exist. */
  Absent: 2,
  /** The one entry is a large file: copy it now, in steps. */
  Large: 4,
  /** Hard links have been put off once already: deliver them. */
  Links: 8,
  /** The directory's own metadata is set afterwards. */
  Finish: 16,
  /** Nothing has failed so far: tell of every source entry that has not arrived (move). */
  Tell: 16,
  /** Directories that are on both sides are left alone. */
  Shallow: 32,
  /** These entries have been counted when their batch was cut. */
  Counted: 64,
  /** The directories that were in the way of these entries have been deleted. */
  Cleared: 128,
  /** A run with `resume` has left partials in the destination directory. */
  Partials: 256,
  /** These directories are logged by whoever looks into them. */
  Unlogged: 512,
} as const;

/**
 * A piece of work. One shape for all kinds, so that the queue's codec and the dispatch stay
 * simple and fast.
 */
export interface Task {
  readonly kind: number;
  readonly flags: number;
  /** Which of the job's sources. */
  readonly source: number;
  /** The directory, relative to the roots, NUL-terminated. */
  readonly path: Name;
  /** Packed names (Batch, Extra, Delete, RemoveExtra), or groups (Links). */
  readonly names: Uint8Array<ArrayBuffer>;
  /** Share of the phase that this task stands for. */
  readonly weight: number;
}

const NONE = new Uint8Array(0);

/** A task with what is not named left at its default. */
export function task(
  kind: number,
  source: number,
  path: Name,
  rest: Partial<Pick<Task, "flags" | "names" | "weight">> = {},
): Task {
  return {
    kind,
    flags: rest.flags ?? 0,
    source,
    path,
    names: rest.names ?? NONE,
    weight: rest.weight ?? 0,
  };
}

/** Bytes of a task's fixed part in the queue. */
const HEADER = 32;

/** Bytes that a task takes in the queue. */
export function encodedLength(task: Task): number {
  return (HEADER + task.path.length + task.names.length + 7) & ~7;
}

/** Writes a task at `offset` (a multiple of 8). */
export function encodeTask(
  task: Task,
  into: Uint8Array<SharedArrayBuffer>,
  offset: number,
): void {
  const view = new DataView(into.buffer, into.byteOffset + offset, HEADER);
  view.setUint8(0, task.kind);
  view.setUint16(2, task.source, true);
  view.setFloat64(8, task.weight, true);
  view.setUint32(16, task.path.length, true);
  view.setUint32(20, task.names.length, true);
  view.setUint16(24, task.flags, true);
  into.set(task.path, offset + HEADER);
  into.set(task.names, offset + HEADER + task.path.length);
}

/** Reads a task at `offset`. */
export function decodeTask(from: Uint8Array<SharedArrayBuffer>, offset: number): Task {
  const view = new DataView(from.buffer, from.byteOffset + offset, HEADER);
  const pathLength = view.getUint32(16, true);
  const namesLength = view.getUint32(20, true);
  const path = new Uint8Array(pathLength);
  const names = new Uint8Array(namesLength);
  path.set(from.subarray(offset + HEADER, offset + HEADER + pathLength));
  const start = offset + HEADER + pathLength;
  names.set(from.subarray(start, start + namesLength));
  return {
    kind: view.getUint8(0),
    flags: view.getUint16(24, true),
    source: view.getUint16(2, true),
    path,
    names,
    weight: view.getFloat64(8, true),
  };
}
