/**
 * The Worker that measures for a daemon while it is idle: a thread of its own, which lets all
 * others go first and ends when it has answered.
 *
 * @module
 */
import { enterBackground } from "../sys/linux/background.ts";
import { openSys } from "../sys/mod.ts";
import type { ProbeOrder } from "./messages.ts";
import { probe } from "./probe.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = async ({ data }: MessageEvent<ProbeOrder>): Promise<void> => {
  const background = enterBackground();
  const { sys } = await openSys();
  try {
    scope.postMessage(probe(sys, background, data.places, data.stop));
  } finally {
    sys.end();
    background?.end();
  }
};
