import assert from "node:assert/strict";
import { mirror } from "../../core/transfer/mod.ts";
import { isProvenClean } from "../../core/watch/asking/ask.ts";
import { bash } from "./command.ts";
import { rsyncWork, type WatchedPair } from "./watching.ts";

/** Whether the watcher of a pair says that nothing is to be done. */
export function asks(pair: WatchedPair, source = `${pair.source}/`): boolean {
  return isProvenClean(`${pair.path}/run/blit`, source, pair.destination, {});
}

/** A tree of some directories and files, and a destination equal to it. */
export async function plantEqual({ source, destination }: WatchedPair): Promise<void> {
  await bash(
    `cd "$1" && mkdir -p a/b/c d && for f in 1 2 3; do echo $f > a/b/$f; echo $f > d/$f; done &&
     ln -s a/b/1 link && echo one > d/linked && ln d/linked a/linked`,
    [source],
  );
  await mirror(`${source}/`, destination);
}

/** Waits until the watcher says that nothing is to be done; then rsync finds nothing either. */
export async function clean(pair: WatchedPair, when: string): Promise<void> {
  await until(() => asks(pair), when);
  assert.equal(await rsyncWork(pair.source, pair.destination), "", when);
}

/** Asks again and again: an answer that takes more than 10 ms, as on a busy machine, is not heard. */
export async function until(isClean: () => boolean, when: string): Promise<void> {
  const end = performance.now() + 90_000;
  while (!isClean()) {
    if (performance.now() > end) assert.fail(`It is not clean ${when}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
