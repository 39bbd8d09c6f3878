import { nameOf } from "../entry/display.ts";
import { StatTable } from "../entry/stats.ts";
import { turnCase, turnForm } from "../entry/spelling.ts";
import { Errno, type Handle, type Name, type Result, type Sys } from "../sys/mod.ts";
import type { MountCapabilities } from "./known.ts";
import { timeStepOf } from "./time_step.ts";

/** A block of any file system, and a hole that is larger than what one allocates at a time. */
const BLOCK = 4096;
const HOLE: number = 16 << 20;
const ATTRIBUTE = nameOf("user.blit.probe");

/**
 * Tries what the file system of an open directory can do, with files of its own in it; a negated
 * errno where none can be made. Their names are those of temporaries, so what a kill leaves
 * behind the next run removes.
 */
export function probeMount(sys: Sys, directory: Handle): MountCapabilities | Result {
  const run = crypto.randomUUID().slice(-10);
  const one = new ProbeFile(sys, directory, `.blit-tmp-${run}-0-0`);
  const other = new ProbeFile(sys, directory, `.blit-tmp-${run}-0-1`);
  try {
    const failed = Math.min(one.handle, other.handle);
    if (failed < 0) return failed;
    const block = new Uint8Array(BLOCK).fill(1);
    const written = sys.write(one.handle, block, BLOCK);
    if (written < 0) return written;
    return {
      reflink: sys.reflink(one.handle, other.handle) === 0,
      copyRange: moves(sys, one.handle, other.handle, sys.copyRange.bind(sys)),
      sendFile: moves(sys, one.handle, other.handle, sys.sendFile.bind(sys)),
      attributes: sys.setAttribute(one.handle, ATTRIBUTE, block.subarray(0, 1)) === 0,
      unnamedFiles: makesUnnamed(sys, directory),
      timeStepNs: timeStepOf(sys, one.handle),
      foldsCase: isThere(sys, directory, turnCase(one.name)),
      foldsForm: foldsForm(sys, directory, run),
      holes: keepsHoles(sys, other.handle),
    };
  } finally {
    one.remove();
    other.remove();
  }
}

/** A file that is made to try things with. */
class ProbeFile {
  readonly name: Name;
  readonly handle: Result;

  constructor(readonly sys: Sys, readonly directory: Handle, name: string) {
    this.name = nameOf(name);
    this.handle = sys.create(directory, this.name, 0o600);
    // What nobody holds the next run takes for left over.
    if (this.handle >= 0) sys.tryLock(this.handle);
  }

  remove(): void {
    if (this.handle < 0) return;
    this.sys.close(this.handle);
    this.sys.unlink(this.directory, this.name);
  }
}

type Move = (from: Handle, to: Handle, length: number) => Result;

function moves(sys: Sys, from: Handle, to: Handle, move: Move): boolean {
  sys.seek(from, 0);
  sys.seek(to, 0);
  return move(from, to, BLOCK) === BLOCK;
}

function makesUnnamed(sys: Sys, directory: Handle): boolean {
  const file = sys.createUnnamed(directory, 0o600);
  if (file >= 0) sys.close(file);
  return file >= 0;
}

function isThere(sys: Sys, directory: Handle, name: Name | undefined): boolean {
  return name !== undefined && sys.stat(directory, name, new StatTable(1), 0) === 0;
}

/** Whether a name is there in its other form; one such cannot be that of a temporary. */
function foldsForm(sys: Sys, directory: Handle, run: string): boolean {
  const file = new ProbeFile(sys, directory, `.blit-probe-${run}-\u00e9`);
  const folds = file.handle >= 0 && isThere(sys, directory, turnForm(file.name));
  file.remove();
  return folds;
}

/** Whether a hole takes no room and is found again. */
function keepsHoles(sys: Sys, file: Handle): boolean {
  const stat = new StatTable(1);
  if (sys.truncate(file, 0) < 0 || sys.truncate(file, HOLE) < 0) return false;
  if (sys.statHandle(file, stat, 0) < 0 || stat.blocks[0]! * 512 >= HOLE) return false;
  return sys.seekData(file, 0) === -Errno.ENXIO;
}
