import { compareBatch } from "../../deliver/compare_batch.ts";
import { Kind } from "../../entry/kind.ts";
import { targetNames } from "../../local/batch.ts";
import { arrivalRules, isLeftAlone } from "../../local/remove_source.ts";
import type { MoverContext } from "../../movers/context.ts";
import { Need } from "../../plan/mod.ts";
import { closePlace, isAbsent, openDestination } from "../../scan/mod.ts";
import { Errno, type Result } from "../../sys/mod.ts";
import { type BatchColumns, type BatchHead, decodeBatch, EntryState } from "../batch/mod.ts";
import { BatchOrigin } from "./batch_origin.ts";
import type { HashFile } from "../source/hash_file.ts";

/**
 * Says which entries of a batch are the same here, so that the source may remove them (move); in
 * a dry run, those that would be. With `tells`, records a failure for each that is not.
 */
export function compareArrived(
  context: MoverContext,
  columns: BatchColumns,
  hashFile: HashFile | undefined,
  bytes: Uint8Array,
  tells: boolean,
): { readonly head: BatchHead; readonly arrived: readonly number[] } {
  const head = decodeBatch(bytes, columns);
  const { names, states } = columns;
  const { needs, source, job } = context;
  const arrived: number[] = [];
  for (let index = 0; index < names.count; index++) {
    needs[index] = states[index] === EntryState.TakesPart ? Need.Create : Need.None;
  }
  const { ignoreExisting } = job.rules;
  const there = tells && !ignoreExisting ? 0 : look(context, head);
  if (there < 0) {
    // Something else has been left alone in its place, or what went wrong has been told.
    const isLeft = ignoreExisting && !isAbsent(there);
    if (isLeft || !(tells || job.dryRun)) return { head, arrived };
  }
  const absent = there < 0 && job.dryRun;
  // Held until the session ends, it tells the source whether this is its own directory.
  if (!absent) context.sys.tryLock(context.roots(head.source)[1]);
  const place = openDestination(context, head.source, head.path, { absent, fresh: false });
  if (place === undefined) return { head, arrived };
  place.origin = new BatchOrigin(context, columns, hashFile);
  const targets = targetNames(context, head.source, names);
  compareBatch(context, place, names, targets, arrivalRules(context));
  for (let index = 0; index < names.count; index++) {
    const need = needs[index]!; // in the batch
    if (need === Need.None || need === Need.Skip) continue;
    if (isLeftAlone(context, need)) continue;
    const isDirectory = source.kind(index) === Kind.Directory;
    if (need !== Need.Blocked && (job.dryRun || need === Need.Same || isDirectory)) {
      arrived.push(index);
    } else if (tells) {
      const { sourceIndex, path } = place;
      context.fail("destination", sourceIndex, path, names.copy(index), "remove", "NOT_ARRIVED");
    }
  }
  closePlace(context, place);
  return { head, arrived };
}

/** Whether the directory of a batch is here: 0, or a negated errno. */
function look(context: MoverContext, head: BatchHead): Result {
  const { sys } = context;
  if (context.jobSource(head.source).absent) return -Errno.ENOENT;
  const [, root] = context.roots(head.source);
  const opened = root < 0 ? root : sys.openBeneath(root, head.path);
  if (opened < 0) return opened;
  sys.close(opened);
  return 0;
}
