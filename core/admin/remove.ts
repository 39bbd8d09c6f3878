import type { PathLike } from "../endpoint/mod.ts";
import type { ListingFailure, RemovedEntry } from "../listing/types.ts";
import type { RemovalRules } from "../removal/mod.ts";
import { drive } from "./drive.ts";
import { groupsOf, type RemovalGroup } from "./removal_groups.ts";
import type { RemovalRequest, RemovedRows, RemoveOptions } from "./types.ts";

/**
 * Removes what is named: files, links, and with `recursive` directories with everything below
 * them. No link is followed, and what is mounted below stays. A module's root, `/`, and paths that
 * end with `.` or `..` are refused, and so is everything in a module that is read-only.
 *
 * Nothing happens until the first entry is asked for; whoever stops asking stops the removal. What
 * cannot be removed is given as a failure and stays, and the rest goes on.
 *
 * @throws {TransferError} for what is not there or cannot be reached; all endpoints
 * are looked at before anything is removed
 *
 * @example
 * ```ts
 * import { remove } from "@blit/core";
 *
 * const directory = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${directory}/note.txt`, "hello");
 * const options = { recursive: true, confirm: ({ count }: { count: number }) => count < 10 };
 * for await (const entry of remove(directory, options)) {
 *   if (entry.type === "failure") console.error(entry.message);
 *   else console.log("removed", new TextDecoder().decode(entry.path));
 * }
 * ```
 */
export async function* remove(
  endpoints: PathLike | readonly PathLike[],
  options: RemoveOptions = {},
): AsyncGenerator<RemovedEntry | ListingFailure, void, void> {
  const { confirm } = options;
  if (confirm !== undefined && options.dryRun !== true) {
    if (await confirm(await requestOf(endpoints, options)) !== true) return;
  }
  for await (const chunk of removeChunks(endpoints, options)) {
    if (chunk.type === "failure") {
      yield chunk;
      continue;
    }
    const { rows, endpoint } = chunk;
    for (let row = 0; row < rows.count; row++) yield rows.entry(row, endpoint);
  }
}

/** What `remove` gives, in chunks of columns and without asking anybody. */
export async function* removeChunks(
  endpoints: PathLike | readonly PathLike[],
  options: RemoveOptions = {},
): AsyncGenerator<RemovedRows | ListingFailure, void, void> {
  const { recursive = false, dryRun = false, signal } = options;
  const groups = await groupsOf(endpoints);
  if (!dryRun && groups.length > 1) {
    // A dry run's first step comes when all in its place has been looked at.
    const steps = groups.map((group) => chunksOf(group, { recursive, dryRun: true }, signal));
    for (const step of steps) for await (const _ of step) break;
  }
  for (const group of groups) yield* chunksOf(group, { recursive, dryRun }, signal);
}

async function* chunksOf(
  group: RemovalGroup,
  rules: RemovalRules,
  signal: AbortSignal | undefined,
): AsyncGenerator<RemovedRows | ListingFailure, void, void> {
  if (group.kind === "local") {
    const { openRemovals } = await import("../removal/mod.ts");
    const { removables } = group;
    for await (const chunk of drive((sys) => openRemovals(sys, removables, rules), signal)) {
      yield numbered(chunk, group.numbers);
    }
    return;
  }
  const { purgeRemotely } = await import("../remote/admin/mod.ts");
  for await (const chunk of purgeRemotely(group.places, { ...rules, signal })) {
    yield numbered(chunk, group.numbers);
  }
}

/** A chunk of a group with the number that its endpoint has among all. */
function numbered(
  chunk: RemovedRows | ListingFailure,
  numbers: readonly number[],
): RemovedRows | ListingFailure {
  return chunk.type === "failure"
    ? chunk
    : { ...chunk, endpoint: numbers[chunk.endpoint] ?? chunk.endpoint };
}

async function requestOf(
  endpoints: PathLike | readonly PathLike[],
  options: RemoveOptions,
): Promise<RemovalRequest> {
  let count = 0;
  let bytes = 0;
  const failures: ListingFailure[] = [];
  for await (const chunk of removeChunks(endpoints, { ...options, dryRun: true })) {
    if (chunk.type === "failure") {
      failures.push(chunk);
      continue;
    }
    const { rows } = chunk;
    count += rows.count;
    for (let row = 0; row < rows.count; row++) bytes += rows.sizes[row] ?? 0;
  }
  return { count, bytes, failures };
}
