import { type Name, openSys, type Sys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { TreeWatcher } from "./watcher.ts";

/**
 * The watcher of this system, with trees that it watches, numbered as they are given. On Linux
 * that is fanotify where this process may use it and the file systems can be told of, else
 * inotify. With `wholeFilesystems` false inotify comes first, while the user has watches.
 *
 * @throws {TransferError} `watch-unsupported` where there is none, and if a tree cannot be watched
 */
export async function openWatcher(
  trees: readonly Name[],
  wholeFilesystems = true,
): Promise<TreeWatcher> {
  if (Deno.build.os !== "linux") throw unsupported(`on ${Deno.build.os} it is not written yet`);
  if (wholeFilesystems) return await byFilesystem(trees) ?? await byDirectory(trees);
  try {
    return await byDirectory(trees);
  } catch (error) {
    const watcher = await byFilesystem(trees);
    if (watcher === undefined) throw error;
    return watcher;
  }
}

/** Undefined where this process or the file system cannot. */
async function byFilesystem(trees: readonly Name[]): Promise<TreeWatcher | undefined> {
  const { openFanotifyWatcher, UNMARKED } = await import("./fanotify_watcher.ts");
  const watcher = openFanotifyWatcher(await openFloor());
  try {
    return watcher && withTrees(watcher, trees);
  } catch (error) {
    if (error instanceof TransferError && error.code === UNMARKED) return undefined;
    throw error;
  }
}

async function byDirectory(trees: readonly Name[]): Promise<TreeWatcher> {
  const { openInotifyWatcher } = await import("./inotify_watcher.ts");
  return withTrees(openInotifyWatcher(await openFloor()), trees);
}

async function openFloor(): Promise<Sys> {
  const { sys, warning } = await openSys();
  if (sys.name === "linux") return sys;
  sys.end();
  throw unsupported(warning ?? "the portable backend has no watches");
}

function withTrees(watcher: TreeWatcher, trees: readonly Name[]): TreeWatcher {
  try {
    for (const [tree, root] of trees.entries()) watcher.add(tree, root);
    return watcher;
  } catch (error) {
    watcher.end();
    throw error;
  }
}

function unsupported(reason: string): TransferError {
  return new TransferError("watch-unsupported", `Trees cannot be watched here: ${reason}.`);
}
