import { trimNul } from "../../entry/path.ts";
import type { Job, JobSource } from "../../movers/job.ts";
import { Errno, type Name, type Result, type Sys } from "../../sys/mod.ts";

/** The root, as a thread sees it from inside. */
const INSIDE: Name = new TextEncoder().encode("/\0");

/** A mover's thread inside a changed root. */
export interface ChangedRoot {
  /** The job with its directories as they are called from here. */
  readonly job: Job;
  /**
   * Gives the thread its own root back.
   *
   * @throws {Error} when that cannot be done: the thread is good for nothing else
   */
  leave(): void;
}

/**
 * Makes a directory (absolute, NUL-terminated) the root of the calling Worker's thread, or gives a
 * negated errno with nothing changed. All modules of the session must be loaded before, for inside
 * there are none: this loads what the session itself would load late.
 */
export async function changeRoot(root: Name, job: Job, sys: Sys): Promise<ChangedRoot | Result> {
  if (sys.name !== "linux") return -Errno.ENOSYS;
  if (job.rules.mode === "checksum") await import("../../digest/mod.ts");
  const { enterChroot, leaveChroot } = await import("../../sys/linux/chroot.ts");
  const held = enterChroot(root);
  if (held < 0) return held;
  sys.close(held);
  return {
    job: jobInside(root, job),
    leave: () => {
      const left = leaveChroot();
      if (left < 0) throw new Error(`Cannot leave a changed root: errno ${-left}`);
    },
  };
}

/** What failures and sentences call a directory stays as it is. */
function jobInside(root: Name, job: Job): Job {
  const seen = (path: Name | undefined): Name | undefined =>
    path !== undefined && isSame(path, root) ? INSIDE : path;
  const sources = job.sources.map((source): JobSource => ({
    ...source,
    root: seen(source.root),
    destination: seen(source.destination),
  }));
  return { ...job, sources, backup: seen(job.backup) };
}

function isSame(one: Name, other: Name): boolean {
  const bytes = trimNul(other);
  const trimmed = trimNul(one);
  return trimmed.length === bytes.length && trimmed.every((byte, index) => byte === bytes[index]);
}
