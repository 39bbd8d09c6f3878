import { mountIds } from "../../sys/linux/mount_ids.ts";
import { VERSION } from "../../version.ts";
import type { TransferOptions } from "../../transfer/options.ts";
import type { PathLike } from "../../endpoint/local_path.ts";
import { backupInside, backupPath } from "./backup.ts";
import type { Pair } from "./pair.ts";

/** What is asked of a watcher: one line of JSON. */
export interface Question {
  readonly version: string;
  readonly pair: Pair;
  /**
   * Through which mounts both are reached. Elsewhere (in another mount namespace, or below another
   * root) other things may be mounted in them. Undefined where that cannot be told.
   */
  readonly mounts: string | undefined;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly xattrs: boolean;
  readonly acls: boolean;
  /** A backup directory in the destination, which is no extra then. */
  readonly backup?: string;
}

/** What it answers: one line of JSON. */
export interface Answer {
  readonly version: string;
  /**
   * `"clean"`: a sweep has found nothing to do, and nothing has changed since. `"dirty"`: in so
   * many directories something has changed or is to be done. `"doubt"`: it cannot tell.
   */
  readonly state: "clean" | "dirty" | "doubt";
  readonly directories?: number;
}

/**
 * The question of a mirror of this pair, from the source as it was given; undefined where its
 * options are none that are watched.
 */
export function questionOf(
  pair: Pair,
  source: PathLike,
  options: TransferOptions,
): Question | undefined {
  const { backupDir } = options;
  const { compare = "size-mtime", durable, filter, ignoreExisting, update } = options;
  // One that is to be on disk syncs, though nothing be to copy: what is there may be in memory only.
  const isUsual = compare === "size-mtime" && filter === undefined && ignoreExisting !== true &&
    update !== true && durable !== true;
  if (!isUsual) return undefined;
  const backup = backupDir === undefined
    ? undefined
    : backupInside(pair, backupPath(pair, source, backupDir));
  return {
    version: VERSION,
    pair,
    mounts: mountIds([pair.source.path, pair.destination.path]),
    uid: Deno.uid(),
    gid: Deno.gid(),
    xattrs: options.xattrs === true,
    acls: options.acls === true,
    ...(backup === undefined ? {} : { backup }),
  };
}

/** Whether what a watcher keeps proven holds for a question too; never throws. */
export function isCovered(asked: unknown, kept: Question): boolean {
  if (typeof asked !== "object" || asked === null) return false;
  const question = asked as Partial<Question>;
  return question.version === kept.version && question.uid === kept.uid &&
    question.gid === kept.gid && kept.mounts !== undefined && question.mounts === kept.mounts &&
    JSON.stringify(question.pair) === JSON.stringify(kept.pair) &&
    (kept.backup === undefined || question.backup === kept.backup) &&
    (question.xattrs === false || kept.xattrs) && (question.acls === false || kept.acls);
}
