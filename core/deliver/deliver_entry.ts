import { Kind } from "../entry/kind.ts";
import type { NameTable } from "../entry/names.ts";
import type { MoverContext } from "../movers/context.ts";
import { Counter } from "../movers/counters.ts";
import type { FailureCode } from "../movers/outbox.ts";
import { Difference, metadataDifference, Need } from "../plan/mod.ts";
import type { Place } from "../scan/place.ts";
import { Errno } from "../sys/errno.ts";
import { countDelivery } from "./count_delivery.ts";
import { LargeFileCopy } from "./large_file.ts";
import { makeLinkOrNode } from "./link_or_node.ts";
import { updateName } from "./metadata.ts";
import { destinationFault, type Fault } from "./outcome.ts";
import { copySmallFile, SMALL_BYTES } from "./small_file.ts";
import { dropPartialOf } from "./stale_partials.ts";

/**
 * Delivers entry `index`, which is no directory, as far as that takes no content, and records
 * how it went: links, nodes, metadata, what is the same, everything in a dry run. False for a
 * file whose content must come: then nothing has been done yet.
 * Hot path; guarded by the no-op scenario of `deno task bench`.
 */
export function deliverWithoutContent(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
): boolean {
  const { source, needs, job } = context;
  const need = needs[index]!; // in the batch
  if (need === Need.Same || need === Need.Skip) {
    context.count(need === Need.Same ? Counter.Same : Counter.Skipped);
    return true;
  }
  const kind = source.kind(index);
  const moves = kind === Kind.File && (need === Need.Create || need === Need.Replace);
  if (moves && !job.dryRun) return false;
  const size = source.size[index]!; // in the batch
  const target = targets.at(index);
  let fault: Fault | undefined;
  if (need === Need.Blocked) fault = destinationFault("replace", inTheWay(context));
  else if (moves) context.count(Counter.BytesTransferred, size);
  else if (!job.dryRun) {
    const name = names.at(index);
    fault = need === Need.Metadata
      ? updateName(context, place, name, target, source, index, differenceOf(context, index))
      : makeLinkOrNode(context, place, name, target, source, index, need === Need.Replace);
  }
  settle(context, place, target, kind, need, size, fault);
  return true;
}

/** What is to be set of entry `index`, which the comparison has statted at the destination. */
function differenceOf({ source, destination, job, sys }: MoverContext, index: number): number {
  // An ACL that is taken away leaves its mask in the mode.
  const least = job.xattrs || job.acls ? Difference.Mode : 0;
  const step = sys.capabilities.timeStepNs;
  return least | metadataDifference(source, index, destination, index, job.rules, step);
}

/** Why a directory stays in an entry's place. */
function inTheWay({ job }: MoverContext): FailureCode {
  return job.extras ? "DIRECTORY_LEFT" : "DIRECTORY_IN_THE_WAY";
}

/** Copies the file that is entry `index` of the batch, whole, and records how it went. */
export function copyContent(
  context: MoverContext,
  place: Place,
  names: NameTable,
  targets: NameTable,
  index: number,
): void {
  const { source, needs } = context;
  const need = needs[index]!; // in the batch
  const size = source.size[index]!;
  const [name, target] = [names.at(index), targets.at(index)];
  const replaces = need === Need.Replace;
  const sparse = source.blocks[index]! * 512 < size;
  const fault = size <= SMALL_BYTES && !sparse
    ? copySmallFile(context, place, name, target, source, index, replaces)
    : copyInSteps(context, place, name, target, replaces);
  settle(context, place, target, Kind.File, need, source.size[index]!, fault);
}

function copyInSteps(
  context: MoverContext,
  place: Place,
  name: Uint8Array<ArrayBuffer>,
  target: Uint8Array<ArrayBuffer>,
  replaces: boolean,
): Fault | undefined {
  const copy = LargeFileCopy.begin(context, place, name, target, replaces);
  if (!(copy instanceof LargeFileCopy)) return copy;
  for (;;) {
    const step = copy.step();
    if (step.state === "done") return step.fault;
  }
}

/**
 * Records how the delivery of an entry went: a failure, that it is there, or both. Of what is there
 * no partial stays.
 */
export function settle(
  context: MoverContext,
  place: Place,
  name: Uint8Array,
  kind: number,
  need: number,
  size: number,
  fault: Fault | undefined,
): void {
  if (fault !== undefined) {
    if (fault.result === -Errno.ECANCELED) return;
    const { side, operation, result } = fault;
    context.fail(side, place.sourceIndex, place.path, name, operation, result);
    if (!fault.delivered) return;
  }
  dropPartialOf(context, place, name);
  countDelivery(context, place, name, kind, need, size);
}
