import { openSys } from "../sys/mod.ts";
import { TransferError } from "../transfer/failure.ts";
import type { TreeWatcher } from "./watcher.ts";

/**
 * The watcher of this system.
 *
 * @throws {TransferError} `watch-unsupported` where there is none
 */
export async function openWatcher(): Promise<TreeWatcher> {
  if (Deno.build.os !== "linux") throw unsupported(`on ${Deno.build.os} it is not written yet`);
  const { sys, warning } = await openSys();
  if (sys.name !== "linux") {
    sys.end();
    throw unsupported(warning ?? "the portable backend has no watches");
  }
  const { openInotifyWatcher } = await import("./inotify_watcher.ts");
  return openInotifyWatcher(sys);
}

function unsupported(reason: string): TransferError {
  return new TransferError("watch-unsupported", `Trees cannot be watched here: ${reason}.`);
}
